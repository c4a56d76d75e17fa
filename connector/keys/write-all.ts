import { randomUUID } from 'node:crypto';
import { chunk, type KeyItems, type KeyWrite, transactionMax } from './key-items.ts';

/** Beyond this many changes at once (a first login's pre-keys, a large group's sessions) nothing is atomic and nothing is remembered. */
export const manyWrites = transactionMax;
/** Baileys' own list, by group, of the devices that got the sender key. */
const senderKeyHolders = 'sender-key-memory';
/**
 * Written without a condition when they come by the hundred: nobody else can be writing the pre-keys of a first login, as the credentials
 * that hand out their ids were stored under the fence just before, and which number belongs to which hidden id is true for every owner.
 */
const plainTypes: ReadonlySet<string | undefined> = new Set(['pre-key', 'lid-mapping']);

/** On their way at once; each transaction touches up to a hundred items. */
const transactionsAtOnce = 4;

/**
 * Writes changes in the cheapest way that is safe: one item by one conditional write; several new values of one type (a send's
 * device sessions) in parallel; what belongs together (session, identity, used pre-key, or a session that moves) in one
 * transaction.
 *
 * Of more than fit in one transaction, what is plain goes in batches, and all else, such as the sessions that a first message to a large
 * group opens, in several transactions, each of which is refused to an owner that was replaced. Who is said to have the sender
 * key comes last: after a crash in between they get it once more.
 */
export async function writeAll(items: KeyItems, writes: readonly KeyWrite[]): Promise<void> {
  // An item known to be absent needs no deletion.
  const needed = writes.filter((write) => write.value !== undefined || write.knownRev !== null);
  const types = new Set(needed.map(typeOf));
  const deletes = needed.some((write) => write.value === undefined);
  if (needed.length > transactionMax) return writeInParts(items, needed);
  if (needed.length <= 1 || (types.size === 1 && !deletes)) {
    await Promise.all(needed.map((write) => items.writeOne(write)));
    return;
  }
  await items.writeTogether(needed, randomUUID());
}

async function writeInParts(items: KeyItems, writes: readonly KeyWrite[]): Promise<void> {
  const isPlain = (write: KeyWrite) => write.value !== undefined && plainTypes.has(typeOf(write));
  await items.writeBatches(writes.filter(isPlain));
  const others = writes.filter((write) => !isPlain(write));
  const last = others.filter((write) => typeOf(write) === senderKeyHolders);
  const parts = chunk(
    others.filter((write) => typeOf(write) !== senderKeyHolders),
    transactionMax,
  );
  for (const group of chunk(parts, transactionsAtOnce)) {
    await Promise.all(group.map((part) => items.writeTogether(part, randomUUID())));
  }
  await Promise.all(last.map((write) => items.writeOne(write)));
}

function typeOf({ sk }: KeyWrite): string | undefined {
  return sk.split('#')[1];
}
