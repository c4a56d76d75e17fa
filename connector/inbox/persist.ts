import { sleep } from '../concurrency/sleep.ts';

export interface PersistOptions {
  /** Gives up when the next wait would end after this. */
  readonly timeoutMs: number;
  readonly monotonicNow: () => number;
  readonly random: () => number;
  /** Whether an error would come again however often the work is tried; it is thrown at once. Default: none. */
  readonly isLasting?: (error: unknown) => boolean;
}

const firstWaitMs = 100;
const longestWaitMs = 2_000;

/**
 * Repeats work that must succeed, with growing waits, until it does or the time is over; then throws the last error. The work
 * must be safe to repeat.
 *
 * @example await persist(() => publish(event), { timeoutMs: 10_000, monotonicNow, random })
 */
export async function persist<T>(work: () => Promise<T>, options: PersistOptions): Promise<T> {
  const startedAtMs = options.monotonicNow();
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (options.isLasting?.(error) === true) throw error;
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt) * (0.5 + options.random() / 2);
      if (options.monotonicNow() + waitMs - startedAtMs > options.timeoutMs) throw error;
      await sleep(waitMs);
    }
  }
}
