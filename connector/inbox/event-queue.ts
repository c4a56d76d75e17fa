import type { SQSClient } from '@aws-sdk/client-sqs';
import { createEventPublisher, type PublishEvent } from '../../core/events/publish-event.ts';
import { deadline } from '../storage/deadline.ts';

export type { PublishEvent };

/**
 * The way out of the connector. Each call has a deadline: a message is held, and its contact's address locked, until it is published.
 *
 * @example const publish = createEventQueue({ sqs, queueUrl }); await publish(envelope);
 */
export function createEventQueue(options: { readonly sqs: SQSClient; readonly queueUrl: string }): PublishEvent {
  return createEventPublisher({ ...options, callOptions: () => deadline() });
}
