import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type CancellationReason, cancellationReasons } from './cancellation-reasons.ts';
import { type PlainItem, plainItem } from './refused-item.ts';
import type { TransactItem } from './transact-item.ts';

/** The part whose condition refused the transaction, and the row that it met (asked for by the part, absent when there is no row). */
export interface TransactionRefusal {
  readonly index: number;
  readonly item: PlainItem | undefined;
}

/** Transactions that meet on one row refuse each other; 50 at once need about this many rounds with pauses that double. */
const roundsMax = 12;
const firstPauseMs = 10;
const pauseMsMax = 400;

/**
 * Runs a transaction. Resolves to `undefined` when it was written, or to the first part whose condition failed; then nothing was
 * written. A transaction that only met another one is run again after a random pause, because neither SDK nor DynamoDB does that; it
 * rejects after twelve rounds, and for every other fault.
 *
 * @example const refusal = await runTransaction(dynamodb, [{ Put: … }, { Update: … }]);
 */
export async function runTransaction(
  dynamodb: DynamoDBDocumentClient,
  items: readonly TransactItem[],
  random: () => number = Math.random,
): Promise<TransactionRefusal | undefined> {
  for (let round = 1; ; round++) {
    try {
      await dynamodb.send(new TransactWriteCommand({ TransactItems: [...items] }));
      return undefined;
    } catch (error) {
      const reasons = cancellationReasons(error);
      if (reasons === undefined) throw error;
      const index = reasons.findIndex((reason) => reason.Code === 'ConditionalCheckFailed');
      const item = reasons[index]?.Item;
      if (index >= 0) return { index, item: item && plainItem(item) };
      if (round === roundsMax || !reasons.some(isPassing)) throw error;
      await sleep(random() * Math.min(pauseMsMax, firstPauseMs * 2 ** round));
    }
  }
}

/** Reasons that say "not now" rather than "no". */
function isPassing(reason: CancellationReason): boolean {
  return reason.Code === 'TransactionConflict' || reason.Code === 'ThrottlingError';
}
