/** Time as engines see it, so that a test (or the control page) can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, `delayMs` later on this clock; the returned function cancels. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** Node cuts longer delays to 1 ms; a timer that fires early must look at the clock again anyhow. */
const timerDelayMsMax = 2 ** 31 - 1;

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), timerDelayMsMax));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
