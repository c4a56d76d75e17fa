import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { Session } from '../../core/sessions/session.ts';
import { externalIdOf, roleNamePrefix } from '../../core/webhooks/external-id.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import type { ApiParts } from '../shared/api-parts.ts';
import { getWebhook } from '../shared/get-webhook.ts';
import { type ApiRequest, type BoundOperation, bind, bindList } from '../shared/operation.ts';
import { answerPage } from '../shared/paging.ts';
import { changeWebhook, deleteWebhook, switchWebhook, type WebhookRequest } from './change-webhook.ts';
import { createWebhook } from './create-webhook.ts';
import { webhookOperations } from './operations.ts';
import { presentWebhook } from './present-webhook.ts';
import type { WebhookParts } from './webhook-parts.ts';
import { revealSecret, rotateSecret } from './webhook-secrets.ts';

/** The operations that manage webhooks. */
export function bindWebhookOperations(parts: WebhookParts, { cursors }: Pick<ApiParts, 'cursors'>): BoundOperation[] {
  const rolePrincipal = requireEnvironment(environmentNames.webhookRolePrincipal);
  const requireSession = async (tenantId: string, sessionId: string): Promise<Session> => {
    const session = await parts.sessions.find(tenantId, sessionId);
    if (session === undefined) throw notFound('session');
    return session;
  };
  return [
    bind(webhookOperations.create, async ({ reservedId: webhookId, ...request }) => ({
      data: created(await createWebhook({ ...request, webhookId }, parts)),
    })),
    bindList(webhookOperations.list, ({ principal: { tenantId }, query }) =>
      answerPage({
        cursors,
        list: `${tenantId}/webhooks`,
        query,
        read: (page) => parts.webhooks.list(tenantId, page),
        present: (webhook) => presentWebhook(webhook),
      }),
    ),
    bind(webhookOperations.destinationRole, async ({ principal: { tenantId } }) => ({
      data: { externalId: externalIdOf(tenantId), principal: rolePrincipal, roleNamePrefix },
    })),
    bind(webhookOperations.get, async ({ principal, path }) => ({
      data: presentWebhook(await getWebhook(principal, path('webhookId'), parts.webhooks)),
    })),
    bind(webhookOperations.change, async (request) => ({
      data: presentWebhook(await changeWebhook({ ...aimedAt(request), body: request.body }, parts)),
    })),
    bind(webhookOperations.delete, async (request) => {
      const aimed = aimedAt(request);
      await deleteWebhook(aimed, parts);
      return { data: { id: aimed.webhookId, deleted: true } };
    }),
    bind(webhookOperations.enable, async (request) => ({
      data: presentWebhook(await switchWebhook(aimedAt(request), 'enabled', parts)),
    })),
    bind(webhookOperations.disable, async (request) => ({
      data: presentWebhook(await switchWebhook(aimedAt(request), 'disabled', parts)),
    })),
    bind(webhookOperations.rotateSecret, async (request) => ({
      data: await rotateSecret({ ...aimedAt(request), ...request.body }, parts),
    })),
    bind(webhookOperations.revealSecret, async (request) => ({
      data: await revealSecret(aimedAt(request), parts),
    })),
    bind(webhookOperations.createOfSession, async ({ reservedId: webhookId, ...request }) => {
      const session = await requireSession(request.principal.tenantId, request.path('sessionId'));
      return { data: created(await createWebhook({ ...request, webhookId, session }, parts)) };
    }),
    bindList(webhookOperations.listOfSession, async ({ principal: { tenantId }, path, query }) => {
      const { sessionId } = await requireSession(tenantId, path('sessionId'));
      return answerPage({
        cursors,
        list: `${tenantId}/webhooks/${sessionId}`,
        query,
        read: (page) => parts.webhooks.list(tenantId, { ...page, scope: sessionId }),
        present: (webhook) => presentWebhook(webhook),
      });
    }),
  ];
}

function created({ webhook, secret }: { readonly webhook: Webhook; readonly secret: string | null }) {
  return { ...presentWebhook(webhook), secret };
}

/** The webhook that a request names, and who names it. */
export function aimedAt(
  request: Pick<ApiRequest<unknown, unknown, 'webhooks:manage'>, 'principal' | 'client' | 'requestId' | 'path'>,
): WebhookRequest {
  const { principal, client, requestId, path } = request;
  return { principal, client, requestId, webhookId: path('webhookId') };
}
