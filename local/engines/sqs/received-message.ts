import { makeReceiptHandle } from './receipt-handle.ts';
import type { ReceivedMessage } from './sqs-engine.ts';
import type { QueueMessage } from './structure/queue-message.ts';

/** Twenty digits, as AWS writes them. */
export function sequenceNumber(sequence: number): string {
  return String(sequence).padStart(20, '0');
}

/** A message as a consumer gets it, under the receipt of its latest receive. */
export function receivedMessage(message: QueueMessage, queueName: string, fifo: boolean): ReceivedMessage {
  const optional: Record<string, string | undefined> = {
    ApproximateFirstReceiveTimestamp: message.firstReceivedAtMs?.toString(),
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    SequenceNumber: fifo ? sequenceNumber(message.sequence) : undefined,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.sourceArn,
  };
  const systemAttributes: Record<string, string> = {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAtMs),
    SenderId: message.senderId,
  };
  for (const [name, value] of Object.entries(optional)) {
    if (value !== undefined) systemAttributes[name] = value;
  }
  return {
    messageId: message.id,
    receiptHandle: makeReceiptHandle({ queueName, messageId: message.id, receiveCount: message.receiveCount }),
    body: message.body,
    systemAttributes,
    messageAttributes: message.attributes ?? {},
  };
}
