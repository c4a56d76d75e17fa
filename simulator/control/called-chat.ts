import type { Account } from '../accounts/account.ts';
import { isMember } from '../groups/group.ts';
import { type Chat, statusJid } from '../phone/chat.ts';
import type { AddressForm } from '../wire/jid.ts';
import type { World } from '../world/world.ts';
import { ControlError } from './control-error.ts';
import { calledPhone } from './input.ts';

/**
 * Where a phone writes: to a group of which it is a member, to a number, or as a status post to `audience`, which are all that have ever written
 * with it if nobody is named.
 */
export function calledChat(world: World, phone: Account, to: string, audience?: readonly string[]): Chat {
  if (to === statusJid) {
    const named = audience?.map((each) => calledPhone(world, each));
    return { kind: 'status', audience: named ?? [...world.directory.all()].filter((each) => phone.knows(each.phone)) };
  }
  if (!to.endsWith('@g.us')) return { kind: 'person', account: calledPhone(world, to) };
  const group = world.groups.find(to);
  if (group === undefined) throw new ControlError(404, 'unknown_group', `There is no group ${to.slice(0, 40)}.`);
  if (!isMember(group, phone.phone)) {
    throw new ControlError(409, 'not_a_member', `The phone ${phone.phone} is no member of ${to}.`);
  }
  return { kind: 'group', group };
}

/** The address form in which a phone shows itself in a chat: the group's, the hidden id of those who hide their number, or what was asked for. */
export function addressingIn(world: World, phone: Account, chat: Chat, asked: AddressForm | undefined): AddressForm {
  if (chat.kind === 'group') return chat.group.addressing;
  return phone.state.hidesNumber ? 'lid' : (asked ?? world.settings.addressing);
}
