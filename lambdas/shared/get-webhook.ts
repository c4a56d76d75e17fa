import type { Principal } from '../../core/accounts/principal.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import type { WebhookDirectory } from '../../core/webhooks/webhook-directory.ts';

/** A webhook of the caller. A session key sees those of its session and no others. Throws `NOT_FOUND`. */
export async function getWebhook(
  principal: Principal,
  webhookId: string,
  webhooks: Pick<WebhookDirectory, 'find'>,
): Promise<Webhook> {
  const webhook = await webhooks.find(principal.tenantId, webhookId);
  const isForeign = principal.kind === 'session-key' && webhook?.scope !== principal.sessionId;
  if (webhook === undefined || isForeign) throw notFound('webhook');
  return webhook;
}
