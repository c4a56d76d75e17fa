import { randomUUID } from 'node:crypto';
import { type KeyItems, type KeyWrite, transactionMax } from './key-items.ts';

/** Beyond this many changes at once (the pre-keys of a first login) nothing is atomic and nothing is remembered. */
export const manyWrites = transactionMax;

/**
 * Writes changes in the cheapest way that is safe: one item by one conditional write; several new values of one type (a send's
 * device sessions) in parallel; what belongs together (session, identity, used pre-key, or a session that moves) in one
 * transaction; the hundreds of pre-keys of a first login as plain batches, which nobody else can be writing, since the
 * credentials that hand out their ids were stored under the fence just before.
 */
export async function writeAll(items: KeyItems, writes: readonly KeyWrite[]): Promise<void> {
  // An item known to be absent needs no deletion.
  const needed = writes.filter((write) => write.value !== undefined || write.knownRev !== null);
  if (needed.length > manyWrites) return items.writeBatches(needed);
  const types = new Set(needed.map(({ sk }) => sk.split('#')[1]));
  const deletes = needed.some((write) => write.value === undefined);
  if (needed.length <= 1 || (types.size === 1 && !deletes)) {
    await Promise.all(needed.map((write) => items.writeOne(write)));
    return;
  }
  await items.writeTogether(needed, randomUUID());
}
