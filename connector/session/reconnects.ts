import type { Closure } from '../engine/port.ts';
import { backoffMs } from './backoff.ts';
import { type Reaction, reactToClose, streamErrorsMax } from './close-codes.ts';

/** A connection that lasted this long was a good one: the counters of failures start again. A shorter one must not reset them. */
const stableMs = 60_000;
const streamErrorWindowMs = 600_000;

/** What went wrong so far, and the timer that tries again. */
export class Reconnects {
  readonly #random: () => number;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #stableTimer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #conflicts = 0;
  #qrRoundsEnded = 0;
  /** Moments of stream errors; a stable connection does not wipe them out, since an unstable session has stable minutes too. */
  #streamErrorsAtMs: number[] = [];

  /** @param now monotonic milliseconds */
  constructor(random: () => number, now: () => number) {
    this.#random = random;
    this.#now = now;
  }

  /** What to do after a socket closed; counts it. */
  reactTo(closure: Closure, linked: boolean): Reaction {
    const nowMs = this.#now();
    this.#streamErrorsAtMs = this.#streamErrorsAtMs.filter((atMs) => nowMs - atMs < streamErrorWindowMs);
    const reaction = reactToClose(closure, {
      linked,
      attempt: this.#attempt,
      conflicts: this.#conflicts,
      qrRoundsEnded: this.#qrRoundsEnded,
      recentStreamErrors: this.#streamErrorsAtMs.length,
    });
    if (closure.code === 500) this.#streamErrorsAtMs = [...this.#streamErrorsAtMs, nowMs].slice(-streamErrorsMax);
    if (closure.qrEnded === true) this.#qrRoundsEnded += 1;
    if (closure.code === 440) this.#conflicts += 1;
    return reaction;
  }

  /** Milliseconds until the next attempt, which this counts. */
  nextWaitMs({ floorMs, jitterMs }: { readonly floorMs: number; readonly jitterMs?: number }): number {
    const attempt = this.#attempt;
    this.#attempt += 1;
    const random = this.#random();
    return jitterMs === undefined ? backoffMs({ attempt, random, floorMs }) : floorMs + random * jitterMs;
  }

  after(delayMs: number, work: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, delayMs);
  }

  opened(): void {
    clearTimeout(this.#stableTimer);
    this.#stableTimer = setTimeout(() => this.reset(), stableMs);
  }

  cancelTimers(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#stableTimer);
  }

  reset(): void {
    this.#attempt = 0;
    this.#conflicts = 0;
    this.#qrRoundsEnded = 0;
  }
}
