import type * as z from 'zod/mini';
import { newApiKey } from '../../core/accounts/api-key.ts';
import { apiKeyPuts } from '../../core/accounts/api-key-repository.ts';
import type { StoredApiKey } from '../../core/accounts/stored-api-key.ts';
import { newId } from '../../core/ids.ts';
import type { Session } from '../../core/sessions/session.ts';
import { sessionPut } from '../../core/sessions/session-repository.ts';
import { shardOf } from '../../core/sessions/shard-of.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import { newWebhook } from '../../core/webhooks/new-webhook.ts';
import { webhookPuts } from '../../core/webhooks/webhook-directory.ts';
import { askToReconcile } from './ask-to-reconcile.ts';
import type { createdSession, createSessionBody } from './schemas.ts';
import type { SessionParts } from './session-parts.ts';

export type CreateSessionBody = z.output<typeof createSessionBody>;

/**
 * Creates a session with its key and its webhook, all or nothing, and asks the connector of its shard to link it. Key and webhook
 * secret are shown this once. Throws `WEBHOOK_URL_FORBIDDEN`.
 */
export async function createSession(
  request: { readonly tenantId: string; readonly requestId: string; readonly body: CreateSessionBody },
  parts: Omit<SessionParts, 'sessions' | 'keys' | 'webhooks' | 'sleep'>,
): Promise<z.output<typeof createdSession>> {
  const { tenantId, requestId, body } = request;
  const { tableName, dynamodb } = parts.control;
  const session = newSession(tenantId, body, parts);
  const { key, stored } = newSessionKey(session);
  const made =
    body.webhook === undefined
      ? undefined
      : await newWebhook(
          { tenantId, scope: session.sessionId, ...body.webhook, at: session.createdAt },
          parts.newWebhook,
        );
  const refusal = await runTransaction(dynamodb, [
    sessionPut(tableName, session),
    ...apiKeyPuts(tableName, stored),
    ...(made === undefined ? [] : webhookPuts(tableName, made.webhook)),
  ]);
  if (refusal !== undefined) throw new Error('A new session met an id that is taken.');
  await askToReconcile(session, requestId, parts);
  const { sessionId, name, status, createdAt } = session;
  const webhook =
    made === undefined
      ? null
      : { id: made.webhook.webhookId, url: made.webhook.url, events: [...made.webhook.events], secret: made.secret };
  return { sessionId, name, status, apiKey: key, webhook, createdAt };
}

function newSession(
  tenantId: string,
  body: CreateSessionBody,
  { shardCount, now }: Pick<SessionParts, 'shardCount' | 'now'>,
): Session {
  const sessionId = newId('ses');
  const at = new Date(now()).toISOString();
  return {
    tenantId,
    sessionId,
    name: body.name,
    shard: shardOf(sessionId, shardCount),
    desired: 'connected',
    desiredRev: 1,
    status: 'starting',
    statusRev: 0,
    statusSince: at,
    statusHistory: [{ status: 'starting', at }],
    metadata: body.metadata ?? {},
    settings: body.settings ?? {},
    autoReply: body.autoReply ?? { enabled: false, rules: [] },
    createdAt: at,
    updatedAt: at,
  };
}

function newSessionKey(session: Session): { readonly key: string; readonly stored: StoredApiKey } {
  const { key, hash, lastFour } = newApiKey('session');
  const { tenantId, sessionId, name, createdAt } = session;
  return {
    key,
    stored: { tenantId, keyId: newId('key'), kind: 'session', sessionId, name, lastFour, hash, scopes: '*', createdAt },
  };
}
