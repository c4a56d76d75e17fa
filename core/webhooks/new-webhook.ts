import { newId } from '../ids.ts';
import type { Sealer } from '../sealing/sealer.ts';
import { newWebhookSecret, webhookSecretContext } from './secret.ts';
import type { Webhook } from './webhook.ts';

export interface NewWebhookRequest {
  readonly tenantId: string;
  /** Session id, or `*` for the account. */
  readonly scope: string;
  readonly url: string;
  readonly events: readonly string[];
  /** ISO 8601. */
  readonly at: string;
}

export interface NewWebhookParts {
  readonly sealer: Pick<Sealer, 'seal'>;
  /** `checkWebhookUrl` of the connection guard; throws `WEBHOOK_URL_FORBIDDEN`. */
  readonly checkUrl: (url: string) => Promise<void>;
}

/**
 * Makes a webhook, ready to be stored, and its signing secret, to be shown once. Writes nothing but the tenant's data key when that
 * is the first of its kind.
 *
 * @example const { webhook, secret } = await newWebhook({ tenantId, scope: sessionId, url, events, at }, { sealer, checkUrl });
 */
export async function newWebhook(
  request: NewWebhookRequest,
  parts: NewWebhookParts,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  await parts.checkUrl(request.url);
  const webhookId = newId('wh');
  const secret = newWebhookSecret();
  const sealed = await parts.sealer.seal(request.tenantId, Buffer.from(secret), webhookSecretContext(webhookId));
  const webhook: Webhook = {
    tenantId: request.tenantId,
    webhookId,
    scope: request.scope,
    url: request.url,
    events: request.events,
    status: 'enabled',
    secrets: [{ sealed, createdAt: request.at }],
    createdAt: request.at,
    updatedAt: request.at,
  };
  return { webhook, secret };
}
