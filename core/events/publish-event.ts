import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EventEnvelope } from './event.ts';

/** Puts an event on the events queue; resolves when SQS has it. The same id twice within five minutes is one. */
export type PublishEvent = (event: EventEnvelope) => Promise<void>;

/**
 * The way of the API functions to the events queue: message group = session, deduplication id = event id, as connectors do.
 *
 * @example await createEventPublisher({ sqs, queueUrl })(envelope);
 */
export function createEventPublisher(options: { readonly sqs: SQSClient; readonly queueUrl: string }): PublishEvent {
  return async (event) => {
    await options.sqs.send(
      new SendMessageCommand({
        QueueUrl: options.queueUrl,
        MessageBody: JSON.stringify(event),
        MessageGroupId: event.sessionId,
        MessageDeduplicationId: event.id,
      }),
    );
  };
}
