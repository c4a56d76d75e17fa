import { randomUUID } from 'node:crypto';
import type { Broker } from './broker.ts';
import { checkSend } from './check-send.ts';
import { readReceiptHandle } from './receipt-handle.ts';
import type { SendInput } from './sqs-engine.ts';
import { sqsErrors } from './sqs-errors.ts';
import type { MessageQueue } from './structure/message-queue.ts';
import { type QueueMessage, queueMessage, type StoredMessage } from './structure/queue-message.ts';

/** A visibility timeout never reaches beyond this, whatever is asked for. */
export const visibilitySecondsMax = 43_200;

/** Sends a message, or finds the earlier one that it repeats. */
export function sendMessage(broker: Broker, name: string, input: SendInput): Pick<QueueMessage, 'id' | 'sequence'> {
  const { queue, owner } = broker.get(name);
  const { delayMs, deduplicationId, deduplicationKey } = checkSend(input, queue.settings);
  const sentAtMs = broker.nowMs;
  const earlier = deduplicationKey === undefined ? undefined : queue.deduplication.find(deduplicationKey, sentAtMs);
  if (earlier !== undefined) return { id: earlier.messageId, sequence: earlier.sequence };
  const message: StoredMessage = {
    id: randomUUID(),
    body: input.body,
    attributes: input.attributes,
    traceHeader: input.traceHeader,
    groupId: input.groupId,
    deduplicationId,
    sequence: queue.lastSequence + 1,
    sentAtMs,
    senderId: input.senderId ?? 'local',
  };
  const progress = { receiveCount: 0, firstReceivedAtMs: undefined, visibleAtMs: sentAtMs + delayMs };
  broker.journal.append({ kind: 'send', queue: name, message, progress, deduplicationKey });
  queue.add(queueMessage(message, progress), sentAtMs);
  if (deduplicationKey !== undefined) {
    queue.deduplication.remember(deduplicationKey, { messageId: message.id, sequence: message.sequence, sentAtMs });
  }
  owner.refresh();
  return message;
}

/** Deletes the message of a receive. An old handle of a standard queue is accepted and does nothing; on FIFO it is refused. */
export function deleteMessage(broker: Broker, name: string, receiptHandle: unknown): void {
  const { queue, owner } = broker.get(name);
  const { message, isOld } = findReceived(queue, receiptHandle);
  if (message === undefined) return;
  if (queue.settings.fifo && (isOld || message.state !== 'in-flight')) {
    throw sqsErrors.receiptHandleNotUsable(String(receiptHandle), 'The receipt handle has expired.');
  }
  if (isOld) return;
  broker.journal.append({ kind: 'delete', queue: name, messageIds: [message.id] });
  queue.remove(message);
  owner.refresh();
}

/** Hides an in-flight message for `seconds` from now, 0 to 43,200; 0 gives it back at once. */
export function changeMessageVisibility(broker: Broker, name: string, receiptHandle: unknown, seconds: unknown): void {
  const { queue, owner } = broker.get(name);
  const { message, isOld } = findReceived(queue, receiptHandle);
  if (!Number.isInteger(seconds) || Number(seconds) < 0 || Number(seconds) > visibilitySecondsMax) {
    throw sqsErrors.invalidParameter(
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and ${visibilitySecondsMax}.`,
    );
  }
  if (message === undefined || isOld) {
    throw sqsErrors.receiptHandleNotUsable(
      String(receiptHandle),
      'Message does not exist or is not available for visibility timeout change.',
    );
  }
  if (message.state !== 'in-flight') throw sqsErrors.messageNotInflight();
  const visibleAtMs = broker.nowMs + Number(seconds) * 1_000;
  broker.journal.append({ kind: 'hide', queue: name, messageId: message.id, visibleAtMs });
  queue.hideUntil(message, visibleAtMs, broker.nowMs);
  owner.refresh();
}

/** Deletes everything that is in a queue now. */
export function purgeQueue(broker: Broker, name: string): void {
  const { queue } = broker.get(name);
  broker.journal.append({ kind: 'purge', queue: name });
  for (const message of [...queue.messages()]) queue.remove(message);
}

/** `isOld` when the message has been received again since. */
function findReceived(queue: MessageQueue, receiptHandle: unknown) {
  const receipt = readReceiptHandle(receiptHandle, queue.name);
  const message = queue.get(receipt.messageId);
  return { message, isOld: message?.receiveCount !== receipt.receiveCount };
}
