/**
 * One queue, without timers, network or files. Time comes in with every call; the owner calls `advance` before it reads and again at
 * `nextChangeAtMs`. The states of a message are described with `MessageState`; only this class sets them, in `#enter`, `take`,
 * `#release` and `#remove`, and keeps the counts of each state.
 */
import { DeduplicationWindow } from './deduplication-window.ts';
import { FairLanes } from './fair-lanes.ts';
import { FifoLanes } from './fifo-lanes.ts';
import { IndexedHeap } from './indexed-heap.ts';
import type { Lanes } from './lanes.ts';
import type { QueueMessage } from './queue-message.ts';
import type { QueueSettings } from './queue-settings.ts';

/** More in flight than this and a standard queue refuses a receive, a FIFO queue gives nothing. */
export const inFlightMax = 120_000;

export interface MessageQueueOptions {
  readonly name: string;
  readonly settings: QueueSettings;
  readonly createdAtMs: number;
  /** Takes a message that was received too often and has left this queue. False keeps it here, as when there is nowhere to put it. */
  readonly toDeadLetters: (message: QueueMessage, queue: MessageQueue) => boolean;
}

export class MessageQueue {
  readonly name: string;
  readonly createdAtMs: number;
  settings: QueueSettings;
  modifiedAtMs: number;
  /** Of the last message that arrived. */
  lastSequence = 0;
  readonly deduplication = new DeduplicationWindow();
  readonly counts = { delayed: 0, ready: 0, 'in-flight': 0 };
  readonly #messages = new Map<string, QueueMessage>();
  readonly #sources = new Map<string, number>();
  readonly #lanes: Lanes;
  readonly #hidden = new IndexedHeap<QueueMessage>((a, b) => a.visibleAtMs < b.visibleAtMs);
  readonly #toDeadLetters: MessageQueueOptions['toDeadLetters'];

  constructor(options: MessageQueueOptions) {
    this.name = options.name;
    this.settings = options.settings;
    this.createdAtMs = options.createdAtMs;
    this.modifiedAtMs = options.createdAtMs;
    this.#toDeadLetters = options.toDeadLetters;
    this.#lanes = options.settings.fifo ? new FifoLanes() : new FairLanes();
  }

  get(messageId: string): QueueMessage | undefined {
    return this.#messages.get(messageId);
  }

  messages(): Iterable<QueueMessage> {
    return this.#messages.values();
  }

  /** Messages that came here from the queue `sourceArn`. */
  countFrom(sourceArn: string): number {
    return this.#sources.get(sourceArn) ?? 0;
  }

  /** A message arrives, visible or delayed by its `visibleAtMs`; messages must arrive in order of their `sequence`. */
  add(message: QueueMessage, nowMs: number): void {
    this.#register(message, message.visibleAtMs > nowMs ? 'delayed' : 'ready');
    this.#lanes.enter(message);
  }

  /** Rebuilds a message that was in flight when the process ended. */
  addInFlight(message: QueueMessage): void {
    this.#register(message, 'in-flight');
    this.#lanes.enterInFlight(message);
  }

  /** Ends delays and invisibilities that are over, and lets messages go whose retention has passed. */
  advance(nowMs: number): void {
    for (let due = this.#hidden.first(); due !== undefined && due.visibleAtMs <= nowMs; due = this.#hidden.first()) {
      this.#hidden.remove(due);
      this.#release(due);
    }
    // In order of arrival, which is the order of age but for messages moved here from elsewhere; `take` looks at each one again.
    for (const message of this.#messages.values()) {
      if (!this.#isExpired(message, nowMs)) break;
      this.remove(message);
    }
  }

  /** When `advance` has something to do next; `undefined` when nothing is hidden. */
  nextChangeAtMs(): number | undefined {
    return this.#hidden.first()?.visibleAtMs;
  }

  /** Receives at most `max` messages and hides them for `visibilityMs`. */
  take(max: number, nowMs: number, visibilityMs: number): QueueMessage[] {
    const taken: QueueMessage[] = [];
    while (taken.length < max && this.counts.ready > 0) {
      const found = this.#lanes.take(max - taken.length);
      if (found.length === 0) break;
      for (const message of found) {
        this.#setState(message, 'in-flight');
        if (this.#isExpired(message, nowMs)) this.remove(message);
        else if (!this.#die(message)) taken.push(this.#hide(message, nowMs, visibilityMs));
      }
    }
    return taken;
  }

  /** Hides an in-flight message until `visibleAtMs`; a time that has passed makes it visible at once. */
  hideUntil(message: QueueMessage, visibleAtMs: number, nowMs: number): void {
    message.visibleAtMs = visibleAtMs;
    this.#hidden.update(message);
    this.advance(nowMs);
  }

  /** Deletes a message, whatever its state. */
  remove(message: QueueMessage): void {
    const wasInFlight = message.state === 'in-flight';
    this.#setState(message, 'gone');
    this.#messages.delete(message.id);
    this.#hidden.remove(message);
    if (message.sourceArn !== undefined) this.#countSource(message.sourceArn, -1);
    if (wasInFlight) this.#lanes.settle(message);
    else this.#lanes.drop(message);
  }

  #register(message: QueueMessage, state: 'delayed' | 'ready' | 'in-flight'): void {
    message.state = state;
    this.counts[state] += 1;
    this.lastSequence = Math.max(this.lastSequence, message.sequence);
    this.#messages.set(message.id, message);
    if (message.sourceArn !== undefined) this.#countSource(message.sourceArn, 1);
    if (state !== 'ready') this.#hidden.add(message);
  }

  #hide(message: QueueMessage, nowMs: number, visibilityMs: number): QueueMessage {
    message.receiveCount += 1;
    message.firstReceivedAtMs ??= nowMs;
    message.visibleAtMs = nowMs + visibilityMs;
    this.#hidden.add(message);
    return message;
  }

  #release(message: QueueMessage): void {
    if (message.state === 'in-flight') {
      if (this.#die(message)) return;
      this.#setState(message, 'ready');
      this.#lanes.giveBack(message);
    } else {
      this.#setState(message, 'ready');
      this.#lanes.wake(message);
    }
  }

  /** Hands an in-flight message that was received often enough to the dead-letter queue. */
  #die(message: QueueMessage): boolean {
    const { redrive } = this.settings;
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return false;
    if (!this.#toDeadLetters(message, this)) return false;
    this.remove(message);
    return true;
  }

  #isExpired(message: QueueMessage, nowMs: number): boolean {
    return nowMs - message.sentAtMs >= this.settings.retentionMs;
  }

  #setState(message: QueueMessage, state: QueueMessage['state']): void {
    if (message.state !== 'gone') this.counts[message.state] -= 1;
    message.state = state;
    if (state !== 'gone') this.counts[state] += 1;
  }

  #countSource(sourceArn: string, change: 1 | -1): void {
    const count = this.countFrom(sourceArn) + change;
    if (count === 0) this.#sources.delete(sourceArn);
    else this.#sources.set(sourceArn, count);
  }
}
