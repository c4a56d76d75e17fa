import { lidOf } from '../accounts/account.ts';
import { type AddressForm, formatJid } from '../wire/jid.ts';
import { type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { type GroupState, memberCount } from './group.ts';

/** A member's address in one of its forms; nobody has to be known for it. */
export function memberJid(phone: string, form: AddressForm): string {
  return formatJid({ user: form === 'lid' ? lidOf(phone) : phone, form, device: 0 });
}

/** Everything about a group, as the server tells it to its members; to others without the members. */
export function groupNode(world: World, group: GroupState, showsMembers = true): Node {
  const form = group.addressing;
  const { description } = group;
  const parts = [
    ...(showsMembers
      ? Object.entries(group.roles).map(([phone, role]) => participantNode(world, group, phone, role))
      : []),
    ...(showsMembers ? group.crowd.map((phone) => participantNode(world, group, phone)) : []),
    ...(description === undefined ? [] : [descriptionNode(group, description)]),
    ...(group.announce ? [node('announcement')] : []),
    ...(group.locked ? [node('locked')] : []),
    ...(group.ephemeral > 0 ? [node('ephemeral', { expiration: String(group.ephemeral) })] : []),
    ...(group.joinApproval ? [node('membership_approval_mode', {}, [node('group_join', { state: 'on' })])] : []),
    node('member_add_mode', {}, Buffer.from(group.everybodyAdds ? 'all_member_add' : 'admin_add')),
  ];
  return node(
    'group',
    {
      id: group.id.replace('@g.us', ''),
      subject: group.subject,
      s_t: String(group.subjectAt),
      s_o: memberJid(group.subjectBy, form),
      s_o_pn: form === 'lid' ? memberJid(group.subjectBy, 'pn') : undefined,
      creation: String(group.createdAt),
      creator: memberJid(group.creator, form),
      creator_pn: form === 'lid' ? memberJid(group.creator, 'pn') : undefined,
      addressing_mode: form,
      size: String(memberCount(group)),
    },
    parts,
  );
}

/** One member with both addresses; with one only when the number is hidden. */
export function participantNode(world: World, group: GroupState, phone: string, role: string = 'member'): Node {
  const isLid = group.addressing === 'lid';
  const isHidden = world.directory.find(phone)?.state.hidesNumber;
  return node('participant', {
    jid: memberJid(phone, group.addressing),
    phone_number: isLid && !isHidden ? memberJid(phone, 'pn') : undefined,
    lid: isLid ? undefined : memberJid(phone, 'lid'),
    type: role === 'member' ? undefined : role,
  });
}

function descriptionNode(group: GroupState, { id, text, by, at }: NonNullable<GroupState['description']>): Node {
  const attributes = {
    id,
    t: String(at),
    participant: memberJid(by, group.addressing),
    participant_pn: group.addressing === 'lid' ? memberJid(by, 'pn') : undefined,
  };
  return node('description', attributes, [node('body', {}, Buffer.from(text))]);
}
