import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EventEnvelope } from '../../core/events/event.ts';
import { deadline } from '../storage/deadline.ts';

/** Puts an event on the events queue; resolves when SQS has it. The same id twice is one event. */
export type PublishEvent = (event: EventEnvelope) => Promise<void>;

export interface EventQueueOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
}

/** Noncharacters that JSON leaves as they are and SQS refuses: a message that held one would never leave, and its session with it. */
const refusedBySqs = /[\ufffe\uffff]/g;

/** @example queueBody(event) // JSON that SQS takes, whatever somebody wrote in a message */
export function queueBody(event: EventEnvelope): string {
  return JSON.stringify(event).replace(refusedBySqs, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/**
 * The way out of the connector: a FIFO queue with the session as the message group and the event's id as the deduplication id.
 *
 * @example const publish = createEventQueue({ sqs, queueUrl }); await publish(envelope);
 */
export function createEventQueue({ sqs, queueUrl }: EventQueueOptions): PublishEvent {
  return async (event) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: queueBody(event),
        MessageGroupId: event.sessionId,
        MessageDeduplicationId: event.id,
      }),
      deadline(),
    );
  };
}
