import type { Closure } from '../engine/port.ts';
import { backoffMs } from './backoff.ts';
import { type Reaction, reactToClose } from './close-codes.ts';

/** A connection that lasted this long was a good one: the counters of failures start again. A shorter one must not reset them. */
const stableMs = 60_000;

/** What went wrong so far, and the timer that tries again. */
export class Reconnects {
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  #stableTimer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #conflicts = 0;
  #qrRoundsEnded = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** What to do after a socket closed; counts it. */
  reactTo(closure: Closure, linked: boolean): Reaction {
    const history = { linked, attempt: this.#attempt, conflicts: this.#conflicts, qrRoundsEnded: this.#qrRoundsEnded };
    const reaction = reactToClose(closure, history);
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
