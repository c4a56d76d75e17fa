import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { LocalIdentity } from '../identity.ts';
import { checkSend } from './check-send.ts';
import { QueueOwner } from './queue-owner.ts';
import { readReceiptHandle } from './receipt-handle.ts';
import type { SendInput } from './sqs-engine.ts';
import { sqsErrors } from './sqs-errors.ts';
import type { Journal } from './storage/journal-record.ts';
import { MessageQueue } from './structure/message-queue.ts';
import { type QueueMessage, queueMessage, type StoredMessage } from './structure/queue-message.ts';
import { checkAttributes, type QueueAttributes, settingsOf } from './structure/queue-settings.ts';

export interface BrokerOptions {
  readonly clock: Clock;
  readonly identity: LocalIdentity;
  readonly journal: Journal;
}

const queueNamePattern = /^[A-Za-z0-9_-]{1,80}$/;
const fifoSuffix = '.fifo';
/** A visibility timeout never reaches beyond this, whatever is asked for. */
export const visibilitySecondsMax = 43_200;

/** A queue with what the API knows of it besides its messages. */
export interface BrokerQueue {
  readonly owner: QueueOwner;
  readonly queue: MessageQueue;
  /** As they were set; defaults are added when they are shown. */
  attributes: QueueAttributes;
  tags: Readonly<Record<string, string>>;
}

/** All queues of one engine: what SQS does, without its protocol. Every change is in the journal before it is answered. */
export class Broker {
  readonly #options: BrokerOptions;
  readonly #queues = new Map<string, BrokerQueue>();

  constructor(options: BrokerOptions) {
    this.#options = options;
  }

  get nowMs(): number {
    return this.#options.clock.now();
  }

  arn(name: string): string {
    const { region, accountId } = this.#options.identity;
    return `arn:aws:sqs:${region}:${accountId}:${name}`;
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
    const fifo = name.endsWith(fifoSuffix);
    const stem = fifo ? name.slice(0, -fifoSuffix.length) : name;
    if (!queueNamePattern.test(stem) || name.length > 80) {
      throw sqsErrors.invalidParameter(
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      );
    }
    this.#check(name, attributes);
    const made = this.adopt({ name, attributes, tags, createdAtMs: this.nowMs });
    this.#record(made);
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
    const owner = new QueueOwner(queue, this.#options.clock, (_queue, taken) => this.#recordTake(queue.name, taken));
    const made: BrokerQueue = { owner, queue, attributes: image.attributes, tags: image.tags };
    this.#queues.set(image.name, made);
    return made;
  }

  setAttributes(name: string, attributes: QueueAttributes): void {
    const found = this.get(name);
    this.#check(name, attributes);
    const merged = { ...found.attributes, ...attributes };
    found.attributes = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
    found.queue.settings = settingsOf(found.attributes, found.queue.settings.fifo);
    found.queue.modifiedAtMs = this.nowMs;
    this.#record(found);
    found.owner.refresh();
  }

  setTags(name: string, tags: Readonly<Record<string, string>>): void {
    const found = this.get(name);
    found.tags = tags;
    this.#record(found);
  }

  drop(name: string): void {
    const found = this.get(name);
    this.#options.journal.append({ kind: 'drop', queue: name });
    this.#queues.delete(name);
    found.owner.close();
  }

  purge(name: string): void {
    const { queue } = this.get(name);
    this.#options.journal.append({ kind: 'purge', queue: name });
    for (const message of [...queue.messages()]) queue.remove(message);
  }

  send(name: string, input: SendInput): Pick<QueueMessage, 'id' | 'sequence'> {
    const { queue, owner } = this.get(name);
    const { delayMs, deduplicationId, deduplicationKey } = checkSend(input, queue.settings);
    const nowMs = this.nowMs;
    const earlier = deduplicationKey === undefined ? undefined : queue.deduplication.find(deduplicationKey, nowMs);
    if (earlier !== undefined) return { id: earlier.messageId, sequence: earlier.sequence };
    const message: StoredMessage = {
      id: randomUUID(),
      body: input.body,
      attributes: input.attributes,
      traceHeader: input.traceHeader,
      groupId: input.groupId,
      deduplicationId,
      sequence: queue.lastSequence + 1,
      sentAtMs: nowMs,
      senderId: input.senderId ?? 'local',
    };
    const progress = { receiveCount: 0, firstReceivedAtMs: undefined, visibleAtMs: nowMs + delayMs };
    this.#options.journal.append({ kind: 'send', queue: name, message, progress, deduplicationKey });
    queue.add(queueMessage(message, progress), nowMs);
    if (deduplicationKey !== undefined) {
      queue.deduplication.remember(deduplicationKey, {
        messageId: message.id,
        sequence: message.sequence,
        sentAtMs: nowMs,
      });
    }
    owner.refresh();
    return message;
  }

  /** Deletes the message of a receive. An old handle of a standard queue is accepted and does nothing; on FIFO it is refused. */
  delete(name: string, receiptHandle: unknown): void {
    const { queue, owner } = this.get(name);
    const receipt = readReceiptHandle(receiptHandle, name);
    const message = queue.get(receipt.messageId);
    if (message === undefined) return;
    const isOld = receipt.receiveCount !== message.receiveCount;
    if (queue.settings.fifo && (isOld || message.state !== 'in-flight')) {
      throw sqsErrors.receiptHandleNotUsable(String(receiptHandle), 'The receipt handle has expired.');
    }
    if (isOld) return;
    this.#options.journal.append({ kind: 'delete', queue: name, messageIds: [message.id] });
    queue.remove(message);
    owner.refresh();
  }

  changeVisibility(name: string, receiptHandle: unknown, seconds: unknown): void {
    const { queue, owner } = this.get(name);
    const receipt = readReceiptHandle(receiptHandle, name);
    if (!Number.isInteger(seconds) || Number(seconds) < 0 || Number(seconds) > visibilitySecondsMax) {
      throw sqsErrors.invalidParameter(
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and ${visibilitySecondsMax}.`,
      );
    }
    const message = queue.get(receipt.messageId);
    if (message === undefined || receipt.receiveCount !== message.receiveCount) {
      throw sqsErrors.receiptHandleNotUsable(
        String(receiptHandle),
        'Message does not exist or is not available for visibility timeout change.',
      );
    }
    if (message.state !== 'in-flight') throw sqsErrors.messageNotInflight();
    const visibleAtMs = this.nowMs + Number(seconds) * 1_000;
    this.#options.journal.append({ kind: 'hide', queue: name, messageId: message.id, visibleAtMs });
    queue.hideUntil(message, visibleAtMs, this.nowMs);
    owner.refresh();
  }

  /** Moves a message to another queue, keeping its content; `as` says what changes about it. */
  move(message: QueueMessage, from: MessageQueue, to: BrokerQueue, as: Partial<StoredMessage & QueueMessage>): void {
    const stored = storedPart(message, { ...as, sequence: to.queue.lastSequence + 1 });
    const progress = {
      receiveCount: as.receiveCount ?? message.receiveCount,
      firstReceivedAtMs: message.firstReceivedAtMs,
      visibleAtMs: this.nowMs,
    };
    this.#options.journal.append({
      kind: 'move',
      queue: from.name,
      messageId: message.id,
      to: to.queue.name,
      message: stored,
      progress,
    });
    to.queue.add(queueMessage(stored, progress), this.nowMs);
  }

  close(): void {
    for (const { owner } of this.#queues.values()) owner.close();
    this.#options.journal.close();
  }

  /** Standard queues keep the time of sending, FIFO queues begin anew, as AWS has it. */
  #toDeadLetters(message: QueueMessage, source: MessageQueue): boolean {
    const target = this.findByArn(source.settings.redrive?.deadLetterTargetArn ?? '');
    if (target === undefined) return false;
    this.move(message, source, target, {
      sourceArn: this.arn(source.name),
      ...(source.settings.fifo ? { sentAtMs: this.nowMs } : {}),
    });
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
    if (target === undefined || target.queue.settings.fifo !== fifo || target.queue.name === name) {
      throw sqsErrors.invalidParameter(
        `Value ${attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist, is the queue itself or is of another type.`,
      );
    }
  }

  #record({ queue, attributes, tags }: BrokerQueue): void {
    this.#options.journal.append({
      kind: 'queue',
      queue: queue.name,
      attributes,
      tags,
      createdAtMs: queue.createdAtMs,
      modifiedAtMs: queue.modifiedAtMs,
      lastSequence: queue.lastSequence,
    });
  }

  #recordTake(name: string, taken: readonly QueueMessage[]): void {
    this.#options.journal.append({
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

function storedPart(message: QueueMessage, changes: Partial<StoredMessage>): StoredMessage {
  const { id, body, attributes, traceHeader, groupId, deduplicationId, sequence, sentAtMs, senderId, sourceArn } =
    message;
  return {
    ...{ id, body, attributes, traceHeader, groupId, deduplicationId, sequence, sentAtMs, senderId, sourceArn },
    ...changes,
  };
}
