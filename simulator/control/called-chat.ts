import type { Account } from '../accounts/account.ts';
import { isMember } from '../groups/group.ts';
import type { Chat } from '../phone/chat.ts';
import type { World } from '../world/world.ts';
import { ControlError } from './control-error.ts';
import { calledPhone } from './input.ts';

/** Where a phone writes: to a group of which it is a member, or to a number. */
export function calledChat(world: World, phone: Account, to: string): Chat {
  if (!to.endsWith('@g.us')) return { kind: 'person', account: calledPhone(world, to) };
  const group = world.groups.find(to);
  if (group === undefined) throw new ControlError(404, 'unknown_group', `There is no group ${to.slice(0, 40)}.`);
  if (!isMember(group, phone.phone)) {
    throw new ControlError(409, 'not_a_member', `The phone ${phone.phone} is no member of ${to}.`);
  }
  return { kind: 'group', group };
}
