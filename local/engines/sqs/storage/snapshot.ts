import type { Broker, BrokerQueue } from '../broker.ts';
import { queueMessage, storedPart } from '../structure/queue-message.ts';
import { type JournalImage, type QueueImage, restoreWindow } from './journal-image.ts';
import type { JournalRecord } from './journal-record.ts';

/** The shortest journal that gives the present queues. */
export function* snapshot(broker: Broker): Generator<JournalRecord> {
  for (const found of broker.queues()) {
    yield queueRecord(found);
    yield* messageRecords(found);
  }
}

/** A queue itself, as its line in the journal. */
export function queueRecord({ queue, attributes, tags }: BrokerQueue): JournalRecord {
  return {
    kind: 'queue',
    queue: queue.name,
    attributes,
    tags,
    createdAtMs: queue.createdAtMs,
    modifiedAtMs: queue.modifiedAtMs,
    lastSequence: queue.lastSequence,
  };
}

/** Puts the queues of an image into an empty broker. Messages that were in flight stay so until their visibility ends. */
export function restore(broker: Broker, image: JournalImage): void {
  for (const [name, queueImage] of image) restoreQueue(broker.adopt({ name, ...queueImage }), queueImage, broker.nowMs);
}

function* messageRecords({ queue }: BrokerQueue): Generator<JournalRecord> {
  for (const message of queue.messages()) {
    const { receiveCount, firstReceivedAtMs, visibleAtMs } = message;
    yield {
      kind: 'send',
      queue: queue.name,
      message: storedPart(message),
      progress: { receiveCount, firstReceivedAtMs, visibleAtMs },
    };
  }
  for (const [deduplicationKey, send] of queue.deduplication.entries()) {
    yield { kind: 'remember', queue: queue.name, deduplicationKey, ...send };
  }
}

function restoreQueue({ queue }: BrokerQueue, image: QueueImage, nowMs: number): void {
  queue.lastSequence = image.lastSequence;
  queue.modifiedAtMs = image.modifiedAtMs;
  restoreWindow(queue.deduplication, image.remembered);
  const inOrder = [...image.messages.values()].sort((a, b) => a.message.sequence - b.message.sequence);
  for (const { message, progress } of inOrder) {
    const restored = queueMessage(message, progress);
    // Only a message that was never received can be delayed.
    if (progress.receiveCount > 0 && progress.visibleAtMs > nowMs) queue.addInFlight(restored);
    else queue.add(restored, nowMs);
  }
}
