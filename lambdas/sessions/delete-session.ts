import { apiKeyDeletes } from '../../core/accounts/api-key-repository.ts';
import { notFound } from '../../core/http/not-found.ts';
import { dropWebhookSlots, releaseSlot } from '../../core/quotas/index.ts';
import { sessionDeletion } from '../../core/sessions/session-repository.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import type { TransactItem } from '../../core/storage/transact-item.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import { webhookDeletes } from '../../core/webhooks/webhook-directory.ts';
import { askToReconcile } from './ask-to-reconcile.ts';
import { requireSession, type SessionPlace } from './require-session.ts';
import type { SessionParts } from './session-parts.ts';
import { sessionSlot } from './session-quotas.ts';

/** DynamoDB takes 100 items in a transaction; a session has a handful of keys and webhooks. */
const itemsMax = 100;
const webhooksAtOnce = 40;
/** Far above what any plan allows; beyond it something makes webhooks as fast as they are deleted. */
const roundsMax = 100;

/**
 * Takes a session away from its tenant at once: its keys no longer work, its webhooks get nothing more, no read shows it, its place in
 * the plan is free. The connector logs it out and removes credentials, the row and, in the background, up to 50,000 messages. What is
 * left of messages, and the events, can be read by nobody and ends with its time to live; usage stays for the bill. Of more webhooks than
 * one transaction takes, those beyond it go before: when that breaks off, the session is still there and is deleted by a repeat. Throws
 * `NOT_FOUND`.
 */
export async function deleteSession(
  request: SessionPlace & { readonly requestId: string; readonly trail: TransactItem },
  parts: Pick<
    SessionParts,
    'control' | 'sessions' | 'keys' | 'webhooks' | 'sendCommand' | 'wakeFleet' | 'logger' | 'now'
  >,
): Promise<void> {
  const { tenantId, sessionId, requestId } = request;
  const session = await requireSession(request, parts);
  const { tableName, dynamodb } = parts.control;
  const [keys, webhooks] = await Promise.all([
    parts.keys.ofSession(tenantId, sessionId),
    deleteAllButTheLast(request, parts),
  ]);
  const items = [
    sessionDeletion(tableName, session, new Date(parts.now()).toISOString()),
    releaseSlot(sessionSlot(tableName, tenantId)),
    dropWebhookSlots(tableName, tenantId, sessionId),
    request.trail,
    ...webhooks.flatMap((webhook) => webhookDeletes(tableName, webhook)),
    ...keys.flatMap((key) => apiKeyDeletes(tableName, key)),
  ];
  if (items.length > itemsMax) throw new Error(`The session ${sessionId} has more keys than one transaction takes.`);
  const refusal = await runTransaction(dynamodb, items);
  if (refusal !== undefined) throw notFound('session');
  await askToReconcile(session, requestId, parts);
}

/** Deletes webhooks until so few are left that they fit into the transaction which deletes the session; gives those. */
async function deleteAllButTheLast(
  { tenantId, sessionId }: SessionPlace,
  { control, webhooks }: Pick<SessionParts, 'control' | 'webhooks'>,
): Promise<readonly Webhook[]> {
  for (let round = 0; round < roundsMax; round++) {
    const page = await webhooks.list(tenantId, { scope: sessionId, limit: webhooksAtOnce });
    if (page.next === undefined) return page.items;
    // Without a condition, so that two who delete at the same time do not stop each other.
    const refusal = await runTransaction(
      control.dynamodb,
      page.items.flatMap((webhook) => webhookDeletes(control.tableName, webhook)),
    );
    if (refusal !== undefined) throw new Error('A deletion without a condition was refused.');
  }
  throw new Error(`The webhooks of the session ${sessionId} do not end.`);
}
