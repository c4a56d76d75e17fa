import { notFound } from '../../core/http/not-found.ts';
import { createSessionRepository } from '../../core/sessions/session-repository.ts';
import { createWebhookDirectory } from '../../core/webhooks/webhook-directory.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts } from '../shared/api-parts.ts';
import { bind, bindList } from '../shared/operation.ts';
import { answerPage } from '../shared/paging.ts';
import { getWebhook } from './get-webhook.ts';
import { webhookOperations } from './operations.ts';
import { presentWebhook } from './present-webhook.ts';

const { logger, control, cursors, authenticate, limits } = createApiParts('webhooks');
const webhooks = createWebhookDirectory(control);
const sessions = createSessionRepository(control);

/** Where events are sent. */
export const handler = createApiHandler({
  logger,
  authenticate,
  limits,
  operations: [
    bindList(webhookOperations.list, ({ principal: { tenantId }, query }) =>
      answerPage({
        cursors,
        list: `${tenantId}/webhooks`,
        query,
        read: (page) => webhooks.list(tenantId, page),
        present: presentWebhook,
      }),
    ),
    bind(webhookOperations.get, async ({ principal, path }) => ({
      data: presentWebhook(await getWebhook(principal, path('webhookId'), webhooks)),
    })),
    bindList(webhookOperations.listOfSession, async ({ principal: { tenantId }, path, query }) => {
      const sessionId = path('sessionId');
      if ((await sessions.find(tenantId, sessionId)) === undefined) throw notFound('session');
      return answerPage({
        cursors,
        list: `${tenantId}/webhooks/${sessionId}`,
        query,
        read: (page) => webhooks.list(tenantId, { ...page, scope: sessionId }),
        present: presentWebhook,
      });
    }),
  ],
});
