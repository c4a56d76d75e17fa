import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EventEnvelope } from '../../core/events/event.ts';
import { deadline } from '../storage/deadline.ts';

/** Puts an event on the events queue; resolves when SQS has it. The same id twice is one event. */
export type PublishEvent = (event: EventEnvelope) => Promise<void>;

export interface EventQueueOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
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
        MessageBody: JSON.stringify(event),
        MessageGroupId: event.sessionId,
        MessageDeduplicationId: event.id,
      }),
      deadline(),
    );
  };
}
