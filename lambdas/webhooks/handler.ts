import { SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createEventPublisher } from '../../core/events/publish-event.ts';
import { createSessionRepository } from '../../core/sessions/session-repository.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { parseAllowedCidrs } from '../../core/webhooks/guard/address-policy.ts';
import { checkWebhookUrl } from '../../core/webhooks/guard/check-webhook-url.ts';
import { createWebhookDirectory } from '../../core/webhooks/webhook-directory.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts, maxAttempts, requestHandler } from '../shared/api-parts.ts';
import { createIdempotencyParts } from '../shared/idempotency-parts.ts';
import { bindWebhookOperations } from './webhook-bindings.ts';
import type { WebhookParts } from './webhook-parts.ts';

const api = createApiParts('webhooks');
const { logger, control, audit, authenticate, limits } = api;
const { sealer, idempotency } = createIdempotencyParts(control);
const allowedCidrs = parseAllowedCidrs(process.env[environmentNames.webhookAllowedCidrs]);
const sqs = new SQSClient({ maxAttempts, requestHandler });

const deliveriesTable = requireEnvironment(environmentNames.deliveriesTable);
const parts: WebhookParts = {
  control,
  webhooks: createWebhookDirectory(control),
  sessions: createSessionRepository(control),
  sealer,
  checkUrl: (url) => checkWebhookUrl(url, { allowedCidrs }),
  forgetHealth: async (tenantId, webhookId) => {
    const Key = tableKeys.endpoint(tenantId, webhookId);
    await control.dynamodb.send(new DeleteCommand({ TableName: deliveriesTable, Key }));
  },
  audit,
  publish: createEventPublisher({ sqs, queueUrl: requireEnvironment(environmentNames.eventsQueueUrl) }),
  logger,
  now: Date.now,
};

/** Where events are sent. */
export const handler = createApiHandler({
  logger,
  authenticate,
  limits,
  idempotency,
  operations: bindWebhookOperations(parts, api),
});
