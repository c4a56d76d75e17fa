import { apiKeyDeletes } from '../../core/accounts/api-key-repository.ts';
import type { Session } from '../../core/sessions/session.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import type { TransactItem } from '../../core/storage/transact-item.ts';
import { webhookDeletes } from '../../core/webhooks/webhook-directory.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { SessionParts } from './session-parts.ts';

/**
 * Puts new keys and webhooks in the place of those that an attempt before this one made and nobody was shown. As many webhooks are put
 * as go, so that their count stays right. Throws `CONFLICT` when the session was deleted meanwhile, or is being made at this moment.
 */
export async function replaceSecrets(
  { tenantId, sessionId }: Session,
  puts: readonly TransactItem[],
  { control, sessions, keys, webhooks }: Pick<SessionParts, 'control' | 'sessions' | 'keys' | 'webhooks'>,
): Promise<void> {
  const { tableName, dynamodb } = control;
  const [session, oldKeys, { items: oldWebhooks }] = await Promise.all([
    sessions.find(tenantId, sessionId),
    keys.ofSession(tenantId, sessionId),
    webhooks.list(tenantId, { scope: sessionId, limit: 10 }),
  ]);
  const refusal =
    session === undefined
      ? 'gone'
      : await runTransaction(dynamodb, [
          ...oldKeys.flatMap((key) => apiKeyDeletes(tableName, key)),
          ...oldWebhooks.flatMap((webhook) => webhookDeletes(tableName, webhook)),
          ...puts,
        ]);
  if (refusal !== undefined)
    throw new WharfError('CONFLICT', { detail: 'The session was changed by another request.' });
}
