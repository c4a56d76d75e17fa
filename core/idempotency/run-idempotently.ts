import { setTimeout as sleepMs } from 'node:timers/promises';
import { WharfError } from '../wharf-error.ts';
import type { IdempotentAnswer } from './idempotency-record.ts';
import type { BeginResult, IdempotencyStore, IdempotentRequest } from './idempotency-store.ts';

/** Marks an answer that was given before. */
export const replayedHeader = 'idempotent-replayed';

export interface IdempotentWork {
  readonly store: IdempotencyStore;
  readonly request: IdempotentRequest;
  /** Makes the id that all attempts share; `newMessageId` for sends. */
  readonly reserveId: () => string;
  /**
   * Does the work under that id. Must be repeatable with the same id: an attempt that died may have done it. An answer or a
   * `WharfError` from 300 to 499 promises that nothing was done.
   */
  readonly work: (reservedId: string) => Promise<IdempotentAnswer>;
  /** Looks, before an answer is given again, whether what it tells of is still there; throws when it is not. */
  readonly confirmReplay?: ((reservedId: string) => Promise<void>) | undefined;
  /** How long a parallel request waits for the first one's answer. Default 10 s, well below the 30 s of API Gateway. */
  readonly waitMs?: number;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
  readonly random?: () => number;
}

const defaultWaitMs = 10_000;
const firstPauseMs = 40;
const pauseMsMax = 500;
/** Shown to a client that is sent away while the first request still runs. */
const retryAfterSeconds = 2;

/**
 * Does the work of a request once for each key: the first request works, parallel ones wait and get its answer, later ones get it at
 * once, all with `idempotent-replayed: true`. Only answers below 300 are kept: a refused request did nothing, so that it is
 * better asked again (the session may be connected by then) than refused for 24 hours. Throws `IDEMPOTENCY_IN_PROGRESS` and
 * `IDEMPOTENCY_MISMATCH`, and what `work` throws.
 *
 * @example
 * const answer = await runIdempotently({ store, request, reserveId: newMessageId, work: (messageId) => send(messageId, body) });
 */
export async function runIdempotently(task: IdempotentWork): Promise<IdempotentAnswer> {
  const now = task.now ?? Date.now;
  const deadlineMs = now() + (task.waitMs ?? defaultWaitMs);
  for (;;) {
    const begun = await task.store.begin(task.request, task.reserveId);
    if (begun.kind === 'proceed') return workAndKeep(task, begun);
    const seen = begun.kind === 'in_progress' ? await waitForEnd(task, deadlineMs) : begun;
    if (seen.kind === 'replay') {
      await task.confirmReplay?.(seen.reservedId);
      return { ...seen.answer, headers: { ...seen.answer.headers, [replayedHeader]: 'true' } };
    }
    if (seen.kind === 'mismatch') {
      throw new WharfError('IDEMPOTENCY_MISMATCH', { detail: 'Use a new key for a request that differs.' });
    }
    if (seen.kind === 'in_progress') {
      throw new WharfError('IDEMPOTENCY_IN_PROGRESS', {
        detail: 'Repeat the request with the same key in a moment.',
        extra: { retryAfterSeconds },
      });
    }
  }
}

async function workAndKeep(
  { store, work }: IdempotentWork,
  { claim }: Extract<BeginResult, { kind: 'proceed' }>,
): Promise<IdempotentAnswer> {
  let answer: IdempotentAnswer;
  try {
    answer = await work(claim.reservedId);
  } catch (error) {
    await (isRefusal(error) ? store.forget(claim) : store.release(claim));
    throw error;
  }
  if (answer.status >= 300) {
    await (answer.status < 500 ? store.forget(claim) : store.release(claim));
    return answer;
  }
  if (await store.complete(claim, answer)) return answer;
  // The lease ended and somebody else did the same under the same id: one key has one answer, so theirs counts if it is there.
  const theirs = await store.look(claim.request);
  return theirs.kind === 'replay' ? theirs.answer : answer;
}

/** Our own errors say whether nothing was done; after anything else nobody knows. */
function isRefusal(error: unknown): boolean {
  return error instanceof WharfError && error.nothingDone;
}

async function waitForEnd(task: IdempotentWork, deadlineMs: number): ReturnType<IdempotencyStore['look']> {
  const now = task.now ?? Date.now;
  const sleep = task.sleep ?? sleepMs;
  const random = task.random ?? Math.random;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMsMax, pauseMs * 1.6)) {
    const seen = await task.store.look(task.request);
    if (seen.kind !== 'in_progress' || now() >= deadlineMs) return seen;
    await sleep(Math.min(pauseMs * (0.75 + random() / 2), Math.max(1, deadlineMs - now())));
  }
}
