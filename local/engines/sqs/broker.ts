import type { Clock } from '../clock.ts';
import type { LocalIdentity } from '../identity.ts';
import { QueueOwner } from './queue-owner.ts';
import { sqsErrors } from './sqs-errors.ts';
import type { Journal } from './storage/journal-record.ts';
import { queueRecord } from './storage/snapshot.ts';
import { MessageQueue } from './structure/message-queue.ts';
import {
  type MessageProgress,
  type QueueMessage,
  queueMessage,
  type StoredMessage,
  storedPart,
} from './structure/queue-message.ts';
import { checkAttributes, type QueueAttributes, settingsOf } from './structure/queue-settings.ts';

const queueNamePattern = /^[A-Za-z0-9_-]{1,80}$/;
const queueNameCharactersMax = 80;
const fifoSuffix = '.fifo';

/** A queue with what the API knows of it besides its messages. */
export interface BrokerQueue {
  readonly owner: QueueOwner;
  readonly queue: MessageQueue;
  /** As they were set; defaults are added when they are shown. */
  attributes: QueueAttributes;
  tags: Readonly<Record<string, string>>;
}

/**
 * All queues of one engine and the ways between them. What is done with messages stands in `message-actions.ts`. Every change is in the
 * journal before it is answered.
 */
export class Broker {
  readonly clock: Clock;
  /** Set once the queues of an earlier run are back; until then nothing may change. */
  journal: Journal;
  readonly #identity: LocalIdentity;
  readonly #queues = new Map<string, BrokerQueue>();

  constructor(options: { readonly clock: Clock; readonly identity: LocalIdentity; readonly journal: Journal }) {
    this.clock = options.clock;
    this.journal = options.journal;
    this.#identity = options.identity;
  }

  get nowMs(): number {
    return this.clock.now();
  }

  arn(name: string): string {
    return `arn:aws:sqs:${this.#identity.region}:${this.#identity.accountId}:${name}`;
  }

  queues(): BrokerQueue[] {
    return [...this.#queues.values()];
  }

  find(name: string): BrokerQueue | undefined {
    return this.#queues.get(name);
  }

  /** The queue, brought up to the present; throws `QueueDoesNotExist`. */
  get(name: string): BrokerQueue {
    const found = this.#queues.get(name);
    if (found === undefined) throw sqsErrors.queueDoesNotExist();
    found.owner.refresh();
    return found;
  }

  findByArn(arn: string): BrokerQueue | undefined {
    const name = arn.slice(arn.lastIndexOf(':') + 1);
    return this.arn(name) === arn ? this.#queues.get(name) : undefined;
  }

  create(name: string, attributes: QueueAttributes, tags: Readonly<Record<string, string>>): BrokerQueue {
    const stem = name.endsWith(fifoSuffix) ? name.slice(0, -fifoSuffix.length) : name;
    if (!queueNamePattern.test(stem) || name.length > queueNameCharactersMax) {
      throw sqsErrors.invalidParameter(
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      );
    }
    this.#check(name, attributes);
    const made = this.adopt({ name, attributes, tags, createdAtMs: this.nowMs });
    this.journal.append(queueRecord(made));
    return made;
  }

  /** Puts a queue in place without asking whether it may be: for `create` and for what the journal gives back. */
  adopt(image: {
    readonly name: string;
    readonly attributes: QueueAttributes;
    readonly tags: Readonly<Record<string, string>>;
    readonly createdAtMs: number;
  }): BrokerQueue {
    const queue = new MessageQueue({
      name: image.name,
      settings: settingsOf(image.attributes, image.name.endsWith(fifoSuffix)),
      createdAtMs: image.createdAtMs,
      toDeadLetters: (message, source) => this.#toDeadLetters(message, source),
    });
    const owner = new QueueOwner(queue, this.clock, (taken) => this.#recordTake(queue.name, taken));
    const made: BrokerQueue = { owner, queue, attributes: image.attributes, tags: image.tags };
    this.#queues.set(image.name, made);
    return made;
  }

  /** Sets the attributes given and leaves the others; an empty policy is taken away. */
  setAttributes(name: string, attributes: QueueAttributes): void {
    const found = this.get(name);
    this.#check(name, attributes);
    const merged = Object.entries({ ...found.attributes, ...attributes });
    found.attributes = Object.fromEntries(merged.filter(([, value]) => value !== ''));
    found.queue.settings = settingsOf(found.attributes, found.queue.settings.fifo);
    found.queue.modifiedAtMs = this.nowMs;
    this.journal.append(queueRecord(found));
    found.owner.refresh();
  }

  setTags(name: string, tags: Readonly<Record<string, string>>): void {
    const found = this.get(name);
    found.tags = tags;
    this.journal.append(queueRecord(found));
  }

  drop(name: string): void {
    const found = this.get(name);
    this.journal.append({ kind: 'drop', queue: name });
    this.#queues.delete(name);
    found.owner.close();
  }

  /** Writes down and adds a message that leaves `from`; the caller takes it out there. `as` says what changes about it. */
  move(message: QueueMessage, from: string, to: BrokerQueue, as: Partial<StoredMessage & MessageProgress>): void {
    const { receiveCount = message.receiveCount, ...changes } = as;
    const stored = { ...storedPart(message), ...changes, sequence: to.queue.lastSequence + 1 };
    const progress = { receiveCount, firstReceivedAtMs: message.firstReceivedAtMs, visibleAtMs: this.nowMs };
    this.journal.append({
      kind: 'move',
      queue: from,
      messageId: message.id,
      to: to.queue.name,
      message: stored,
      progress,
    });
    to.queue.add(queueMessage(stored, progress), this.nowMs);
  }

  close(): void {
    for (const { owner } of this.#queues.values()) owner.close();
    this.journal.close();
  }

  /** Standard queues keep the time of sending, FIFO queues begin anew, as AWS has it. */
  #toDeadLetters(message: QueueMessage, source: MessageQueue): boolean {
    const target = this.findByArn(source.settings.redrive?.deadLetterTargetArn ?? '');
    if (target === undefined) return false;
    const sentAtMs = source.settings.fifo ? this.nowMs : message.sentAtMs;
    this.move(message, source.name, target, { sourceArn: this.arn(source.name), sentAtMs });
    // Not at once: the source is in the middle of its own change.
    queueMicrotask(() => target.owner.refresh());
    return true;
  }

  #check(name: string, attributes: QueueAttributes): void {
    const fifo = name.endsWith(fifoSuffix);
    checkAttributes(attributes, fifo);
    const arn = settingsOf(attributes, fifo).redrive?.deadLetterTargetArn;
    if (arn === undefined) return;
    const target = this.findByArn(arn);
    if (target !== undefined && target.queue.settings.fifo === fifo && target.queue.name !== name) return;
    throw sqsErrors.invalidParameter(
      `Value ${attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist, is the queue itself or is of another type.`,
    );
  }

  #recordTake(name: string, taken: readonly QueueMessage[]): void {
    this.journal.append({
      kind: 'take',
      queue: name,
      taken: taken.map(({ id, receiveCount, firstReceivedAtMs, visibleAtMs }) => ({
        messageId: id,
        receiveCount,
        firstReceivedAtMs,
        visibleAtMs,
      })),
    });
  }
}
