import type { SendingRules } from '../../core/sending/index.ts';
import { sleep } from '../concurrency/sleep.ts';
import { createTokenBucket, type TokenBucket } from '../concurrency/token-bucket.ts';
import type { Surroundings } from '../session/session-dependencies.ts';

/** A person who answers a few chats at once is not held up; who sends more is slowed down to a pace that hands could type. */
const burst = 10;
const messagesPerSecond = 1;
/** Gaps of exactly one second are no person's. */
const jitter = 0.5;

/** The pace of one session. */
export class Pace {
  readonly #bucket: TokenBucket;
  readonly #random: () => number;

  constructor({ monotonicNow, random }: Surroundings) {
    this.#random = random;
    this.#bucket = createTokenBucket({
      rate: () => ({ tokensPerSecond: messagesPerSecond, burst }),
      now: monotonicNow,
    });
  }

  /** Resolves when the next message may leave, or at once after an abort. */
  async keep({ pacing }: Pick<SendingRules, 'pacing'>, signal: AbortSignal): Promise<void> {
    if (!pacing) return;
    for (let waitMs = this.#bucket.takeOrWaitMs(); waitMs > 0; waitMs = this.#bucket.takeOrWaitMs()) {
      if (signal.aborted) return;
      await sleep(waitMs * (1 + jitter * this.#random()), signal);
    }
  }
}
