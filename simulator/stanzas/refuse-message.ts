import type { Account } from '../accounts/account.ts';
import type { Node } from '../wire/node.ts';
import type { World } from '../world/world.ts';

/** 463: the account may not write to new people at the moment. */
const reachOutTimelocked = 463;

/**
 * The code with which the server refuses a message, if a fault says so. Under a `reach-out-lock` that is every message to a person with whom
 * nothing was ever exchanged.
 */
export function refusalOf(world: World, author: Account, { attrs: { category, to } }: Node): number | undefined {
  if (category === 'peer') return undefined;
  const lock = world.faults.find('reach-out-lock', author.phone);
  const person = lock === undefined ? undefined : world.directory.resolve(to)?.account;
  const isNew = person !== undefined && person !== author && !author.knows(person.phone);
  const fault = lock !== undefined && isNew ? lock : world.faults.strike('ack-error', author.phone);
  if (fault === undefined) return undefined;
  author.refused++;
  return fault.code ?? reachOutTimelocked;
}
