import type { Clock } from '../clock.ts';
import type { MessageQueue } from './structure/message-queue.ts';
import type { QueueMessage } from './structure/queue-message.ts';

interface Waiter {
  readonly max: number;
  readonly visibilityMs: number | undefined;
  readonly end: (messages: QueueMessage[]) => void;
}

/** Hears of every receive before its messages are handed out. */
export type TakeListener = (taken: readonly QueueMessage[]) => void;

/** More waiting receives on one queue than any stack has consumers. */
const waitersMax = 10_000;

/**
 * Gives a queue its sense of time and its waiting receives. After every change somebody calls `refresh`; it advances the queue, serves those
 * who wait in the order in which they came, and sets one timer for the next moment at which something becomes visible.
 */
export class QueueOwner {
  readonly queue: MessageQueue;
  readonly #clock: Clock;
  readonly #onTake: TakeListener;
  readonly #waiters = new Set<Waiter>();
  #timer: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(queue: MessageQueue, clock: Clock, onTake: TakeListener) {
    this.queue = queue;
    this.#clock = clock;
    this.#onTake = onTake;
  }

  refresh(): void {
    this.queue.advance(this.#clock.now());
    for (const waiter of this.#waiters) {
      if (this.queue.counts.ready === 0) break;
      const taken = this.take(waiter.max, waiter.visibilityMs);
      if (taken.length === 0) break;
      waiter.end(taken);
    }
    this.#setTimer();
  }

  /** Takes what is ready now. */
  take(max: number, visibilityMs: number | undefined): QueueMessage[] {
    const taken = this.queue.take(max, this.#clock.now(), visibilityMs ?? this.queue.settings.visibilityMs);
    if (taken.length > 0) this.#onTake(taken);
    return taken;
  }

  /** Takes what is ready, or else waits for the first message, at most `waitMs` and until `signal`. */
  receive(options: {
    readonly max: number;
    readonly visibilityMs: number | undefined;
    readonly waitMs: number;
    readonly signal: AbortSignal | undefined;
  }): Promise<QueueMessage[]> {
    this.refresh();
    const taken = this.take(options.max, options.visibilityMs);
    this.#setTimer();
    if (taken.length > 0 || options.waitMs === 0 || options.signal?.aborted || this.#waiters.size >= waitersMax) {
      return Promise.resolve(taken);
    }
    return new Promise((resolve) => {
      const giveUp = (): void => waiter.end([]);
      const cancelTimer = this.#clock.schedule(options.waitMs, giveUp);
      const waiter: Waiter = {
        max: options.max,
        visibilityMs: options.visibilityMs,
        end: (messages) => {
          this.#waiters.delete(waiter);
          cancelTimer();
          options.signal?.removeEventListener('abort', giveUp);
          resolve(messages);
        },
      };
      this.#waiters.add(waiter);
      options.signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Ends all waits, with no messages. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const waiter of this.#waiters) waiter.end([]);
  }

  #setTimer(): void {
    const atMs = this.queue.nextChangeAtMs();
    if (atMs === undefined) return;
    // A timer that is due too early only looks again; one per change would cost more.
    if (this.#timer !== undefined && this.#timer.atMs <= atMs) return;
    this.#timer?.cancel();
    const cancel = this.#clock.schedule(atMs - this.#clock.now(), () => {
      this.#timer = undefined;
      this.refresh();
    });
    this.#timer = { atMs, cancel };
  }
}
