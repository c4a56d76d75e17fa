import { type BucketRate, createTokenBucket } from '../concurrency/token-bucket.ts';
import type { Logger } from '../logger.ts';

/** One vCPU manages 30 to 40 connects a second with key loading; a take-over may start with a burst. */
export const usualRate: BucketRate = { tokensPerSecond: 20, burst: 40 };
/** When most sockets fell at once the cause is WhatsApp or the network, and hurrying back would be one more load for it. */
export const stormRate: BucketRate = { tokensPerSecond: 5, burst: 5 };
const stormWindowMs = 10_000;
/** Fewer than this are back within the burst at either rate; a worker with two sessions has no storms. */
const fallsMin = 10;

export interface ConnectGateOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Lets the sockets of a worker open one after the other: 20 a second with a burst of 40, and 5 a second in a storm.
 *
 * A storm is when within ten seconds more sockets fell than are open now, which is more than half of those there were; a try that
 * failed counts as a fall, so a storm lasts while tries fail. A worker judges by its own sockets at once, and slows down alone when only
 * its own network is at fault; what the beats of all workers say (`noteFleet`) comes some seconds later, and holds back those who see no
 * storm of their own: with a few sockets only, or just started, and about to open what others have lost.
 */
export class ConnectGate {
  readonly #options: ConnectGateOptions;
  readonly #bucket;
  readonly #waiting = new Set<() => void>();
  #falls: number[] = [];
  #open = 0;
  #timer: NodeJS.Timeout | undefined;
  #stormTold = false;
  #isFleetStorm = false;

  constructor(options: ConnectGateOptions) {
    this.#options = options;
    this.#bucket = createTokenBucket({ rate: () => (this.isStorm ? stormRate : usualRate), now: options.now });
  }

  /** Whether to go slowly, by this worker's sockets or by all. */
  get isStorm(): boolean {
    return this.#isFleetStorm || this.#isOwnStorm;
  }

  /** Falls within the last ten seconds. */
  get fallCount(): number {
    const sinceMs = this.#options.now() - stormWindowMs;
    const recent = this.#falls.findIndex((atMs) => atMs > sinceMs);
    this.#falls = recent === -1 ? [] : this.#falls.slice(recent);
    return this.#falls.length;
  }

  get #isOwnStorm(): boolean {
    const { fallCount } = this;
    return fallCount >= fallsMin && fallCount > this.#open;
  }

  /** Resolves when one more socket may be opened, in the order of asking; after an abort at once, without a turn. */
  async pass(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const leave = () => {
      this.#waiting.delete(resolve);
      resolve();
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#letIn();
    await promise;
    signal.removeEventListener('abort', leave);
  }

  /** A session is connected (1), or is not any more (-1). */
  countOpen(change: 1 | -1): void {
    this.#open += change;
  }

  /** WhatsApp or the network ended a socket or refused one; not for what concerns a single session, as a conflict or a log-out. */
  fell(): void {
    this.#falls.push(this.#options.now());
    const isOwnStorm = this.#isOwnStorm;
    if (isOwnStorm && !this.#stormTold) {
      const fields = { fell: this.#falls.length, open: this.#open };
      this.#options.logger.warn(fields, 'Most sockets of this worker fell at once: connecting slowly');
    }
    this.#stormTold = isOwnStorm;
  }

  /** Whether most sockets of the whole fleet fell at once, as of now. */
  noteFleet(isStorm: boolean): void {
    if (isStorm && !this.#isFleetStorm) {
      const fields = { fell: this.fallCount, open: this.#open };
      this.#options.logger.warn(fields, 'Most sockets of the fleet fell at once: connecting slowly');
    }
    this.#isFleetStorm = isStorm;
  }

  #letIn(): void {
    if (this.#timer !== undefined) return;
    for (const enter of this.#waiting) {
      const waitMs = this.#bucket.takeOrWaitMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#letIn();
        }, Math.ceil(waitMs));
        return;
      }
      this.#waiting.delete(enter);
      enter();
    }
  }
}
