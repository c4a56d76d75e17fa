/** Right after its return a session sends one message a second; within a minute the pause between two shrinks to nothing. */
export const rampMs = 60_000;
const firstGapMs = 1_000;

/**
 * The least time between two messages of a session that came back so long ago.
 *
 * @example sendGapMs(30_000) // 500
 */
export function sendGapMs(sinceReturnMs: number): number {
  return firstGapMs * Math.max(0, 1 - sinceReturnMs / rampMs);
}

/**
 * Spreads what has piled up while a session was away: an account that returns and sends hundreds of messages in one breath looks
 * like a robot, and hundreds of sessions that do so together are a load. Only the pace changes, never the order: who asks waits,
 * and a session's messages are sent one after the other.
 */
export class OutboundRamp {
  readonly #now: () => number;
  #returnedAtMs: number | undefined;
  #lastSendAtMs = Number.NEGATIVE_INFINITY;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The session is connected again after it was away. */
  returned(): void {
    this.#returnedAtMs = this.#now();
  }

  /** Milliseconds to wait before the next message, which this counts as sent then. */
  takeDelayMs(): number {
    const nowMs = this.#now();
    if (this.#returnedAtMs === undefined) return 0;
    const gapMs = sendGapMs(nowMs - this.#returnedAtMs);
    if (gapMs === 0) {
      this.#returnedAtMs = undefined;
      return 0;
    }
    const atMs = Math.max(nowMs, this.#lastSendAtMs + gapMs);
    this.#lastSendAtMs = atMs;
    return atMs - nowMs;
  }
}
