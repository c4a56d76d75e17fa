import type * as z from 'zod/mini';
import { newApiKey } from '../../core/accounts/api-key.ts';
import { apiKeyPuts } from '../../core/accounts/api-key-repository.ts';
import type { StoredApiKey } from '../../core/accounts/stored-api-key.ts';
import { noAutoReply } from '../../core/auto-reply/auto-reply.ts';
import { newId } from '../../core/ids.ts';
import type { Plan } from '../../core/plans/plan.ts';
import { claimSlot, quotaExceeded, slotState } from '../../core/quotas/index.ts';
import type { Session } from '../../core/sessions/session.ts';
import { sessionPut } from '../../core/sessions/session-repository.ts';
import { shardOf } from '../../core/sessions/shard-of.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import type { TransactItem } from '../../core/storage/transact-item.ts';
import { newWebhook } from '../../core/webhooks/new-webhook.ts';
import { webhookPuts } from '../../core/webhooks/webhook-directory.ts';
import { askToReconcile } from './ask-to-reconcile.ts';
import { replaceSecrets } from './replace-secrets.ts';
import type { createdSession, createSessionBody } from './schemas.ts';
import type { SessionParts } from './session-parts.ts';
import { sessionSlot, watchSessionQuota, webhookSlot } from './session-quotas.ts';
import { type StoredSettings, storeSettings } from './store-settings.ts';

export type CreateSessionBody = z.output<typeof createSessionBody>;

export interface CreateSessionRequest {
  readonly tenantId: string;
  readonly plan: Plan;
  /** The same one in every attempt at one `Idempotency-Key`. */
  readonly sessionId: string;
  readonly requestId: string;
  /** The entry in the account's trail, there when the session is. */
  readonly trail: TransactItem;
  readonly body: CreateSessionBody;
}

/** While nobody needed one, no connector ran; a task of ECS takes about a minute to start. */
const slowStart = 'No connector was running, so one is being started: the first QR may take about a minute.';

export type CreateSessionParts = Omit<SessionParts, 'sleep'>;

/**
 * Creates a session with its key and its webhook, all or nothing and within the plan, and asks the connector of its shard to link it.
 * Key and webhook secret are shown this once: an attempt that finds the session of an attempt before it, whose answer nobody
 * got, gives it new ones. Throws `WEBHOOK_URL_FORBIDDEN`, `VALIDATION_FAILED` for a proxy that is not allowed, and `QUOTA_SESSIONS_EXCEEDED`.
 */
export async function createSession(
  request: CreateSessionRequest,
  parts: CreateSessionParts,
): Promise<z.output<typeof createdSession>> {
  const { tenantId, plan, body } = request;
  const { tableName, dynamodb } = parts.control;
  const session = newSession(request, await storedSettings(request, parts), parts);
  const { key, stored } = newSessionKey(session);
  const [made, quota] = await Promise.all([
    body.webhook === undefined
      ? undefined
      : newWebhook({ tenantId, scope: session.sessionId, ...body.webhook, at: session.createdAt }, parts.newWebhook),
    watchSessionQuota(request, parts),
  ]);
  const secrets: readonly TransactItem[] = [
    ...apiKeyPuts(tableName, stored),
    ...(made === undefined ? [] : webhookPuts(tableName, made.webhook)),
  ];
  const slot = sessionSlot(tableName, tenantId);
  const refusal = await runTransaction(dynamodb, [
    sessionPut(tableName, session),
    claimSlot(slot, plan.sessions),
    ...(made === undefined ? [] : [claimSlot(webhookSlot(tableName, session), plan.webhooksPerSession)]),
    ...secrets,
    request.trail,
  ]);
  if (refusal?.index === 1) throw quotaExceeded(slotState(slot, plan.sessions, refusal.item));
  if (refusal?.index === 2 && made !== undefined) {
    // A plan without webhooks: the session is new, so that none of its own can have used them up.
    throw quotaExceeded(slotState(webhookSlot(tableName, session), plan.webhooksPerSession, refusal.item));
  }
  if (refusal !== undefined) await replaceSecrets(session, secrets, parts);
  const [{ wasAsleep }] = await Promise.all([askToReconcile(session, request.requestId, parts), quota.tell(session)]);
  const { sessionId, name, status, createdAt } = session;
  const webhook =
    made === undefined
      ? null
      : { id: made.webhook.webhookId, url: made.webhook.url, events: [...made.webhook.events], secret: made.secret };
  const notice = wasAsleep ? slowStart : null;
  return { sessionId, name, status, apiKey: key, webhook, notice, createdAt };
}

function storedSettings(request: CreateSessionRequest, parts: CreateSessionParts): Promise<StoredSettings> {
  return storeSettings({ ...request, wanted: request.body.settings ?? {} }, parts);
}

function newSession(
  { tenantId, sessionId, body }: CreateSessionRequest,
  { settings, sealedProxyUrl }: StoredSettings,
  { shardCount, now }: Pick<SessionParts, 'shardCount' | 'now'>,
): Session {
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
    settings,
    ...(sealedProxyUrl === undefined ? {} : { sealedProxyUrl }),
    autoReply: body.autoReply ?? noAutoReply,
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
