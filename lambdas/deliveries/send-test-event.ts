import type * as z from 'zod/mini';
import type { PublishEvent } from '../../core/events/publish-event.ts';
import { derivedId } from '../../core/ids.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { SessionRepository } from '../../core/sessions/session-repository.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import { accountScope } from '../../core/webhooks/webhook-repository.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { requireEnabled } from './resend-delivery.ts';
import type { testEvent } from './schemas.ts';

interface TestParts {
  readonly publish: PublishEvent;
  readonly now: () => number;
  readonly sessions: Pick<SessionRepository, 'find' | 'list'>;
}

/**
 * Publishes a `webhook.test` for one webhook, which goes the way of every event: it takes a sequence, is stored, signed, tried and
 * listed. An event belongs to a session; for a webhook of the account it is one that the webhook takes events of. Throws
 * `WEBHOOK_DISABLED` and, when there is no such session, `NO_SESSION`.
 */
export async function sendTestEvent(
  webhook: Webhook,
  { eventId, requestId }: { readonly eventId: string; readonly requestId: string },
  parts: TestParts,
): Promise<z.output<typeof testEvent>> {
  requireEnabled(webhook);
  const { tenantId, webhookId } = webhook;
  const session = await sessionOf(webhook, parts);
  if (session === undefined) throw new WharfError('NO_SESSION', { detail: 'Create a session first.' });
  await parts.publish({
    version: 1,
    id: eventId,
    type: 'webhook.test',
    tenantId,
    sessionId: session.sessionId,
    timestamp: new Date(parts.now()).toISOString(),
    metadata: session.metadata,
    data: { webhookId, message: 'This is a test.' },
    requestId,
    webhookId,
  });
  return { eventId, deliveryId: derivedId('dlv', [tenantId, eventId, webhookId]) };
}

async function sessionOf({ tenantId, scope, sessions }: Webhook, parts: TestParts): Promise<Session | undefined> {
  if (scope !== accountScope) return parts.sessions.find(tenantId, scope);
  if (sessions === undefined) return (await parts.sessions.list(tenantId, { limit: 1 })).items[0];
  for (const sessionId of sessions) {
    const session = await parts.sessions.find(tenantId, sessionId);
    if (session !== undefined) return session;
  }
  return undefined;
}
