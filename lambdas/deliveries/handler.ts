import { SQSClient } from '@aws-sdk/client-sqs';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createEventPublisher } from '../../core/events/publish-event.ts';
import { createSessionRepository } from '../../core/sessions/session-repository.ts';
import { createDeliveryQueue } from '../../core/webhooks/delivery-queue.ts';
import { createWebhookDirectory } from '../../core/webhooks/webhook-directory.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts, maxAttempts, requestHandler } from '../shared/api-parts.ts';
import { createIdempotencyParts } from '../shared/idempotency-parts.ts';
import { bindDeliveryOperations } from './bindings.ts';

const api = createApiParts('deliveries');
const { logger, control, authenticate, limits } = api;
const { idempotency } = createIdempotencyParts(control);
const sqs = new SQSClient({ maxAttempts, requestHandler });

/** What became of events: deliveries and their attempts, what is sent again, and the events themselves. */
export const handler = createApiHandler({
  logger,
  authenticate,
  limits,
  idempotency,
  operations: bindDeliveryOperations(
    {
      webhooks: createWebhookDirectory(control),
      sessions: createSessionRepository(control),
      publish: createEventPublisher({ sqs, queueUrl: requireEnvironment(environmentNames.eventsQueueUrl) }),
      deliveries: { ...control, tableName: requireEnvironment(environmentNames.deliveriesTable) },
      sendTasks: createDeliveryQueue({
        sqs,
        queueUrls: {
          fast: requireEnvironment(environmentNames.deliveriesQueueUrl),
          slow: requireEnvironment(environmentNames.slowDeliveriesQueueUrl),
        },
      }),
      now: Date.now,
    },
    api,
  ),
});
