import { setTimeout as sleepFor } from 'node:timers/promises';

/**
 * Waits; an abort ends the wait early without an error, since who aborts checks its signal anyway.
 *
 * @example await sleep(250, signal); if (signal.aborted) return;
 */
export async function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleepFor(delayMs, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
