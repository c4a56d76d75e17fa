import { randomBytes } from 'node:crypto';
import { nowSeconds } from '../phone/message-stanza.ts';
import { type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { type GroupState, isAdmin, isMember } from './group.ts';
import { newInviteCode } from './group-directory.ts';
import { groupNode, memberJid, participantNode } from './metadata-node.ts';
import { notifyMembers } from './notify-members.ts';

/** What a member can do to a group. People are phone numbers. */
export type GroupChange =
  | { readonly kind: 'subject'; readonly subject: string }
  | { readonly kind: 'description'; readonly text: string | undefined; readonly id?: string | undefined }
  | { readonly kind: 'announce' | 'locked' | 'joinApproval' | 'everybodyAdds'; readonly on: boolean }
  | { readonly kind: 'ephemeral'; readonly seconds: number }
  | { readonly kind: 'invite' }
  | { readonly kind: 'add' | 'remove' | 'promote' | 'demote'; readonly phones: readonly string[] }
  | { readonly kind: 'leave' }
  | { readonly kind: 'join' };

const peopleChanges: ReadonlySet<string> = new Set(['remove', 'promote', 'demote']);
const infoChanges: ReadonlySet<string> = new Set(['subject', 'description', 'ephemeral']);
const adminChanges: ReadonlySet<string> = new Set(['announce', 'locked', 'joinApproval', 'everybodyAdds', 'invite']);

/** Whether a member may do this; who joins or leaves needs no leave. */
export function mayChange(group: GroupState, by: string, { kind }: GroupChange): boolean {
  if (kind === 'join') return true;
  if (!isMember(group, by)) return false;
  if (isAdmin(group, by) || kind === 'leave') return true;
  if (kind === 'add') return group.everybodyAdds;
  return !(peopleChanges.has(kind) || adminChanges.has(kind) || (infoChanges.has(kind) && group.locked));
}

/** Changes a group and tells the devices of its members, those who leave included. */
export function changeGroup(world: World, group: GroupState, by: string, change: GroupChange): void {
  const before = Object.keys(group.roles);
  const told = apply(world, group, by, change);
  world.groups.keep(group);
  notifyMembers(world, group, { by, child: told, former: before.filter((phone) => !isMember(group, phone)) });
}

/** Tells everybody that the group is there. */
export function announceGroup(world: World, group: GroupState): void {
  notifyMembers(world, group, { by: group.creator, child: node('create', { type: 'new' }, [groupNode(world, group)]) });
}

function apply(world: World, group: GroupState, by: string, change: GroupChange): Node {
  switch (change.kind) {
    case 'subject':
      group.subject = change.subject;
      group.subjectBy = by;
      group.subjectAt = Number(nowSeconds());
      return node('subject', {
        subject: change.subject,
        s_t: nowSeconds(),
        s_o: memberJid(by, group.addressing),
      });
    case 'description':
      return describe(group, by, change.text, change.id);
    case 'ephemeral':
      group.ephemeral = change.seconds;
      return change.seconds > 0 ? node('ephemeral', { expiration: String(change.seconds) }) : node('not_ephemeral');
    case 'invite':
      group.inviteCode = newInviteCode();
      return node('invite', { code: group.inviteCode });
    case 'join':
      group.roles[by] ??= 'member';
      return node('add', { reason: 'invite' }, [participantNode(world, group, by)]);
    case 'leave':
      return changePeople(world, group, 'remove', [by]);
    case 'add':
    case 'remove':
    case 'promote':
    case 'demote':
      return changePeople(world, group, change.kind, change.phones);
    default:
      return switchSetting(group, change.kind, change.on);
  }
}

function describe(group: GroupState, by: string, text: string | undefined, id?: string): Node {
  if (text === undefined || text === '') {
    group.description = undefined;
    return node('description', { delete: 'true' });
  }
  const at = Number(nowSeconds());
  group.description = { id: id ?? randomBytes(10).toString('hex').toUpperCase(), text, by, at };
  return node('description', { id: group.description.id }, [node('body', {}, Buffer.from(text))]);
}

function switchSetting(
  group: GroupState,
  kind: 'announce' | 'locked' | 'joinApproval' | 'everybodyAdds',
  on: boolean,
): Node {
  group[kind] = on;
  switch (kind) {
    case 'announce':
      return node(on ? 'announcement' : 'not_announcement');
    case 'locked':
      return node(on ? 'locked' : 'unlocked');
    case 'joinApproval':
      return node('membership_approval_mode', {}, [node('group_join', { state: on ? 'on' : 'off' })]);
    case 'everybodyAdds':
      return node('member_add_mode', {}, Buffer.from(on ? 'all_member_add' : 'admin_add'));
  }
}

function changePeople(
  world: World,
  group: GroupState,
  kind: 'add' | 'remove' | 'promote' | 'demote',
  phones: readonly string[],
): Node {
  const nodes = phones.map((phone) => {
    if (kind === 'add') group.roles[phone] ??= 'member';
    else if (kind === 'remove') removeMember(group, phone);
    else if (isMember(group, phone)) group.roles[phone] = kind === 'promote' ? 'admin' : 'member';
    return participantNode(world, group, phone, group.roles[phone]);
  });
  return node(kind, {}, nodes);
}

function removeMember(group: GroupState, phone: string): void {
  const { [phone]: _gone, ...others } = group.roles;
  group.roles = others;
  const position = group.crowd.indexOf(phone);
  if (position >= 0) group.crowd.splice(position, 1);
}
