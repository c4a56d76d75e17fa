import { sleep } from '../concurrency/sleep.ts';

/** Time as a worker feels it; a simulation brings its own. */
export interface MembershipClock {
  /** Milliseconds since the epoch, for the eyes of people only. */
  now(): number;
  monotonicNow(): number;
  /** An abort ends it early, without an error. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /** Repeats `work` until the returned function is called. */
  every(periodMs: number, work: () => void): () => void;
}

export const systemClock: MembershipClock = {
  now: Date.now,
  monotonicNow: () => performance.now(),
  sleep,
  every: (periodMs, work) => {
    const timer = setInterval(work, periodMs);
    return () => clearInterval(timer);
  },
};
