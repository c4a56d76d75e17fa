import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { queueBody } from '../queue-body.ts';
import type { EventEnvelope } from './event.ts';

/** Puts an event on the events queue; resolves when SQS has it. The same id twice within five minutes is one. */
export type PublishEvent = (event: EventEnvelope) => Promise<void>;

export interface EventPublisherOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Options of each call, for a caller that bounds its calls more tightly than the client does. */
  readonly callOptions?: () => { readonly abortSignal: AbortSignal };
}

/**
 * The way to the events queue, for connectors and API functions alike: message group = session, deduplication id = event id.
 *
 * @example await createEventPublisher({ sqs, queueUrl })(envelope);
 */
export function createEventPublisher(options: EventPublisherOptions): PublishEvent {
  return async (event) => {
    await options.sqs.send(
      new SendMessageCommand({
        QueueUrl: options.queueUrl,
        MessageBody: queueBody(event),
        MessageGroupId: event.sessionId,
        MessageDeduplicationId: event.id,
      }),
      options.callOptions?.(),
    );
  };
}
