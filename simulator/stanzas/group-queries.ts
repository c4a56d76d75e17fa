import type { Account } from '../accounts/account.ts';
import type { Connection } from '../connection.ts';
import { announceGroup, changeGroup, type GroupChange, mayChange } from '../groups/change-group.ts';
import { type GroupState, isAdmin, isMember } from '../groups/group.ts';
import { groupNode, participantNode } from '../groups/metadata-node.ts';
import { parseJid } from '../wire/jid.ts';
import { bytesOf, child, children, firstChild, type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import type { IqAnswer } from './handle-iq.ts';

const notFound: IqAnswer = { code: 404, text: 'item-not-found' };
const forbidden: IqAnswer = { code: 403, text: 'forbidden' };
const allGroups = '@g.us';

/** Answers what a client asks of groups, or wants them to become. */
export function answerGroupQuery({ world, companion }: Connection, request: Node): IqAnswer {
  const account = world.directory.find(companion?.phone ?? '');
  const asked = firstChild(request);
  if (account === undefined || asked === undefined) return notFound;
  const { to = '', type } = request.attrs;
  if (to === allGroups || to === 'g.us') return answerForAll(world, account, asked, type);
  const group = world.groups.find(to);
  if (group === undefined) return notFound;
  if (asked.tag === 'accept') return acceptInvite(world, group, account.phone, asked);
  if (!isMember(group, account.phone)) return forbidden;
  if (type === 'get') return describe(world, group, asked);
  return change(world, group, account.phone, asked);
}

function answerForAll(world: World, account: Account, asked: Node, type: string | undefined): IqAnswer {
  switch (asked.tag) {
    case 'participating':
      return [
        node(
          'groups',
          {},
          world.groups.ofMember(account.phone).map((group) => groupNode(world, group)),
        ),
      ];
    case 'create':
      return create(world, account, asked);
    case 'leave':
      for (const { attrs } of children(asked, 'group')) {
        const group = world.groups.find(attrs.id?.includes('@') ? attrs.id : `${attrs.id}@g.us`);
        if (group !== undefined) changeGroup(world, group, account.phone, { kind: 'leave' });
      }
      return [node('leave')];
    case 'invite': {
      const group = world.groups.byInvite(asked.attrs.code);
      if (group === undefined) return notFound;
      if (type === 'get') return [groupNode(world, group, false)];
      changeGroup(world, group, account.phone, { kind: 'join' });
      return [node('group', { jid: group.id })];
    }
    default:
      return [];
  }
}

/** An invite that came in a message; an admin's, as codes are not told to others. */
function acceptInvite(world: World, group: GroupState, phone: string, { attrs: { code, admin } }: Node): IqAnswer {
  const inviter = world.directory.resolve(admin)?.account.phone ?? '';
  if (code !== group.inviteCode || !isAdmin(group, inviter)) return notFound;
  changeGroup(world, group, phone, { kind: 'join' });
  return [];
}

function create(world: World, account: Account, asked: Node): IqAnswer {
  const members = phonesIn(world, asked).flatMap(({ phone }) => (phone === undefined ? [] : [phone]));
  const group = world.groups.create({ creator: account.phone, subject: asked.attrs.subject ?? '', members });
  if (group === undefined) return forbidden;
  announceGroup(world, group);
  return [groupNode(world, group)];
}

function describe(world: World, group: GroupState, asked: Node): IqAnswer {
  if (asked.tag === 'query') return [groupNode(world, group)];
  if (asked.tag === 'invite') return [node('invite', { code: group.inviteCode })];
  return asked.tag === 'membership_approval_requests' ? [node('membership_approval_requests')] : [];
}

function change(world: World, group: GroupState, by: string, asked: Node): IqAnswer {
  const people = phonesIn(world, asked);
  const wanted = readChange(
    asked,
    people.flatMap(({ phone }) => (phone === undefined ? [] : [phone])),
  );
  if (wanted === undefined) return [];
  if (!mayChange(group, by, wanted)) return forbidden;
  changeGroup(world, group, by, wanted);
  if (wanted.kind === 'invite') return [node('invite', { code: group.inviteCode })];
  const answers = people.map(({ jid, phone }) =>
    phone === undefined
      ? node('participant', { jid, error: '404' })
      : participantNode(world, group, phone, group.roles[phone]),
  );
  return people.length === 0 ? [] : [node(asked.tag, {}, answers)];
}

function readChange(asked: Node, phones: readonly string[]): GroupChange | undefined {
  switch (asked.tag) {
    case 'subject':
      return { kind: 'subject', subject: bytesOf(asked)?.toString() ?? '' };
    case 'description':
      return { kind: 'description', text: bytesOf(child(asked, 'body'))?.toString(), id: asked.attrs.id };
    case 'add':
    case 'remove':
    case 'promote':
    case 'demote':
      return { kind: asked.tag, phones };
    case 'invite':
      return { kind: 'invite' };
    case 'ephemeral':
    case 'not_ephemeral':
      return { kind: 'ephemeral', seconds: Number(asked.attrs.expiration ?? 0) };
    case 'announcement':
    case 'not_announcement':
      return { kind: 'announce', on: asked.tag === 'announcement' };
    case 'locked':
    case 'unlocked':
      return { kind: 'locked', on: asked.tag === 'locked' };
    case 'member_add_mode':
      return { kind: 'everybodyAdds', on: bytesOf(asked)?.toString() === 'all_member_add' };
    case 'membership_approval_mode':
      return { kind: 'joinApproval', on: child(asked, 'group_join')?.attrs.state === 'on' };
    default:
      return undefined;
  }
}

/** The people that a request names, with their numbers where they are on WhatsApp. */
function phonesIn(world: World, asked: Node): { jid: string; phone: string | undefined }[] {
  return children(asked, 'participant').map(({ attrs: { jid = '' } }) => ({
    jid,
    phone: world.crowd.find(parseJid(jid)?.user ?? '') ?? world.directory.resolve(jid)?.account.phone,
  }));
}
