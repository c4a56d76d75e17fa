import type { HeapMember } from './indexed-heap.ts';

/** A message attribute as the JSON protocol carries it; `BinaryValue` is base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** What is written once, when the message enters a queue. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  readonly traceHeader?: string | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** Place in the order of arrival of its queue, from 1. */
  readonly sequence: number;
  readonly sentAtMs: number;
  readonly senderId: string;
  /** The queue from which it came to this dead-letter queue. */
  readonly sourceArn?: string | undefined;
}

/** What changes while it is in the queue. */
export interface MessageProgress {
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  /** End of its delay or of its invisibility; in the past when it is visible. */
  visibleAtMs: number;
}

/**
 * `delayed` until its delay ends, `ready` to be received, `in-flight` from a receive until it is deleted or its invisibility ends
 * (then `ready` again), `gone` when deleted, expired or moved; a gone message may still sit in a lane, which skips it.
 */
export type MessageState = 'delayed' | 'ready' | 'in-flight' | 'gone';

export interface QueueMessage extends StoredMessage, MessageProgress, HeapMember {
  state: MessageState;
  /** Order in which standard messages became ready. */
  readyOrder: number;
}

/** The part of a message that does not change, for the journal or for another queue. */
export function storedPart(message: StoredMessage): StoredMessage {
  const { id, body, attributes, traceHeader, groupId, deduplicationId, sequence, sentAtMs, senderId, sourceArn } =
    message;
  return { id, body, attributes, traceHeader, groupId, deduplicationId, sequence, sentAtMs, senderId, sourceArn };
}

/** A message that enters or re-enters a queue; its state is set by the queue. */
export function queueMessage(stored: StoredMessage, progress: Readonly<MessageProgress>): QueueMessage {
  return { ...stored, ...progress, state: 'delayed', readyOrder: 0, heapIndex: -1 };
}
