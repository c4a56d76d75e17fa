import { newId } from '../ids.ts';
import type { Sealer } from '../sealing/sealer.ts';
import { newSecrets } from './new-secrets.ts';
import type { AwsDestination, SignatureScheme, Webhook } from './webhook.ts';
import { sealHeaders, type WebhookHeaders } from './webhook-headers.ts';

export interface NewWebhookRequest {
  readonly tenantId: string;
  /** Session id, or `*` for the account. */
  readonly scope: string;
  readonly url: string;
  readonly events: readonly string[];
  /** ISO 8601. */
  readonly at: string;
}

/** What only the webhook routes offer. */
export interface WebhookOptions {
  readonly webhookId?: string;
  /** In place of https; `url` then repeats where it leads. */
  readonly destination?: AwsDestination | undefined;
  readonly sessions?: readonly string[] | undefined;
  readonly headers?: WebhookHeaders | undefined;
  readonly ordered?: boolean | undefined;
  readonly description?: string | undefined;
  readonly signature?: SignatureScheme | undefined;
}

export interface NewWebhookParts {
  readonly sealer: Pick<Sealer, 'seal'>;
  /** `checkWebhookUrl` of the connection guard; throws `WEBHOOK_URL_FORBIDDEN`. */
  readonly checkUrl: (url: string) => Promise<void>;
}

/**
 * Makes a webhook that signs with a shared secret, ready to be stored, and that secret, to be shown once. Writes nothing but the
 * tenant's data key when that is the first of its kind.
 *
 * @example const { webhook, secret } = await newWebhook({ tenantId, scope: sessionId, url, events, at }, { sealer, checkUrl });
 */
export async function newWebhook(
  request: NewWebhookRequest,
  parts: NewWebhookParts,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const { webhook, secret } = await newWebhookWith({ ...request, signature: 'v1' }, parts);
  if (secret === null) throw new Error('A webhook that signs as v1 has no secret.');
  return { webhook, secret };
}

/** The same with all options. The secret is null when the webhook signs with a key pair alone. */
export async function newWebhookWith(
  request: NewWebhookRequest & WebhookOptions,
  parts: NewWebhookParts,
): Promise<{ readonly webhook: Webhook; readonly secret: string | null }> {
  const { tenantId, scope, url, events, at, destination, sessions, ordered, description, signature } = request;
  if (destination === undefined) await parts.checkUrl(url);
  const webhookId = request.webhookId ?? newId('wh');
  const [{ secrets, secret }, headers] = await Promise.all([
    newSecrets(signature ?? 'v1', { tenantId, webhookId }, { at, sealer: parts.sealer }),
    sealHeaders(request.headers ?? {}, { tenantId, webhookId }, parts.sealer),
  ]);
  const webhook: Webhook = {
    tenantId,
    webhookId,
    scope,
    url,
    ...(destination !== undefined && { destination }),
    events,
    ...(sessions !== undefined && { sessions }),
    ...(headers !== undefined && { headers }),
    ...(ordered !== undefined && { ordered }),
    ...(description !== undefined && { description }),
    ...(signature !== undefined && { signature }),
    status: 'enabled',
    secrets,
    createdAt: at,
    updatedAt: at,
  };
  return { webhook, secret };
}
