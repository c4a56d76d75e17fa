import type { Account } from '../accounts/account.ts';
import type { Node } from '../wire/node.ts';
import type { World } from '../world/world.ts';

/** 463: the account may not write to new people at the moment. */
const reachOutTimelocked = 463;

/** The code with which the server refuses a message, if a fault says so. */
export function refusalOf(world: World, author: Account, stanza: Node): number | undefined {
  if (stanza.attrs.category === 'peer') return undefined;
  const fault = world.faults.strike('ack-error', author.phone);
  return fault === undefined ? undefined : (fault.code ?? reachOutTimelocked);
}
