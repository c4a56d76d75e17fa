import type { DeduplicationWindow, RememberedSend } from '../structure/deduplication-window.ts';
import type { MessageProgress, StoredMessage } from '../structure/queue-message.ts';
import type { QueueAttributes } from '../structure/queue-settings.ts';
import type { JournalRecord } from './journal-record.ts';

/** A queue as the journal's lines add up to it. */
export interface QueueImage {
  attributes: QueueAttributes;
  tags: Readonly<Record<string, string>>;
  createdAtMs: number;
  modifiedAtMs: number;
  lastSequence: number;
  readonly messages: Map<string, { readonly message: StoredMessage; readonly progress: MessageProgress }>;
  readonly remembered: Map<string, RememberedSend>;
}

export type JournalImage = Map<string, QueueImage>;

/**
 * Applies one line. Lines about a message that is no longer there change nothing: compaction may have left it out before the line was
 * written. A line about an unknown queue throws, since queues are never left out.
 */
export function applyRecord(image: JournalImage, record: JournalRecord): void {
  if (record.kind === 'queue') {
    applyQueue(image, record);
    return;
  }
  const queue = queueOf(image, record.queue);
  switch (record.kind) {
    case 'drop':
      image.delete(record.queue);
      return;
    case 'purge':
      queue.messages.clear();
      return;
    case 'send':
      applySend(queue, record);
      return;
    case 'take':
      for (const { messageId, ...progress } of record.taken) {
        Object.assign(queue.messages.get(messageId)?.progress ?? {}, progress);
      }
      return;
    case 'hide':
      Object.assign(queue.messages.get(record.messageId)?.progress ?? {}, { visibleAtMs: record.visibleAtMs });
      return;
    case 'delete':
      for (const id of record.messageIds) queue.messages.delete(id);
      return;
    case 'move':
      queue.messages.delete(record.messageId);
      arrive(queueOf(image, record.to), record.message, record.progress);
      return;
    case 'remember':
      queue.remembered.set(record.deduplicationKey, record);
      return;
  }
}

/** Fills a window with the sends of an image, oldest first as the window wants them. */
export function restoreWindow(window: DeduplicationWindow, remembered: QueueImage['remembered']): void {
  const inOrder = [...remembered].sort(([, a], [, b]) => a.sentAtMs - b.sentAtMs);
  for (const [key, { messageId, sequence, sentAtMs }] of inOrder)
    window.remember(key, { messageId, sequence, sentAtMs });
}

function applyQueue(image: JournalImage, record: JournalRecord & { kind: 'queue' }): void {
  const { kind: _kind, queue: name, ...facts } = record;
  const known = image.get(name);
  if (known === undefined) image.set(name, { ...facts, messages: new Map(), remembered: new Map() });
  else Object.assign(known, facts, { lastSequence: Math.max(known.lastSequence, facts.lastSequence) });
}

function applySend(queue: QueueImage, { message, progress, deduplicationKey }: JournalRecord & { kind: 'send' }): void {
  arrive(queue, message, progress);
  if (deduplicationKey === undefined) return;
  const { id: messageId, sequence, sentAtMs } = message;
  queue.remembered.set(deduplicationKey, { messageId, sequence, sentAtMs });
}

function arrive(queue: QueueImage, message: StoredMessage, progress: Readonly<MessageProgress>): void {
  queue.messages.set(message.id, { message, progress: { ...progress } });
  queue.lastSequence = Math.max(queue.lastSequence, message.sequence);
}

function queueOf(image: JournalImage, name: string): QueueImage {
  const queue = image.get(name);
  if (queue === undefined) throw new Error(`it speaks of the unknown queue ${name}`);
  return queue;
}
