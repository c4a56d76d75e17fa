import { apiKeyDeletes } from '../../core/accounts/api-key-repository.ts';
import { notFound } from '../../core/http/not-found.ts';
import { dropWebhookSlots, releaseSlot } from '../../core/quotas/index.ts';
import { sessionDeletion } from '../../core/sessions/session-repository.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import type { TransactItem } from '../../core/storage/transact-item.ts';
import { webhookDeletes } from '../../core/webhooks/webhook-directory.ts';
import { askToReconcile } from './ask-to-reconcile.ts';
import { requireSession, type SessionPlace } from './require-session.ts';
import type { SessionParts } from './session-parts.ts';
import { sessionSlot } from './session-quotas.ts';

/** DynamoDB takes 100 items in a transaction; a session has a handful of keys and webhooks. */
const itemsMax = 100;
const webhooksMax = 40;

/**
 * Takes a session away from its tenant at once: its keys no longer work, its webhooks get nothing more, no read shows it, its place in
 * the plan is free. The connector logs it out and removes credentials, the row and, in the background, up to 50,000 messages. What is
 * left of messages, and the events, can be read by nobody and ends with its time to live; usage stays for the bill. Throws `NOT_FOUND`.
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
    parts.webhooks.list(tenantId, { scope: sessionId, limit: webhooksMax }),
  ]);
  const items = [
    sessionDeletion(tableName, session, new Date(parts.now()).toISOString()),
    releaseSlot(sessionSlot(tableName, tenantId)),
    dropWebhookSlots(tableName, tenantId, sessionId),
    request.trail,
    ...webhooks.items.flatMap((webhook) => webhookDeletes(tableName, webhook)),
    ...keys.flatMap((key) => apiKeyDeletes(tableName, key)),
  ];
  if (items.length > itemsMax || webhooks.next !== undefined) {
    throw new Error(`The session ${sessionId} has more keys and webhooks than one transaction takes.`);
  }
  const refusal = await runTransaction(dynamodb, items);
  if (refusal !== undefined) throw notFound('session');
  await askToReconcile(session, requestId, parts);
}
