import type { Sealer } from '../../core/sealing/sealer.ts';
import type { Delivery } from '../../core/webhooks/delivery.ts';
import { webhookSecretContext } from '../../core/webhooks/secret.ts';
import { signWebhook } from '../../core/webhooks/signature.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import { openHeaders, type WebhookHeaders } from '../../core/webhooks/webhook-headers.ts';
import type { Shipment } from './destinations/index.ts';

/** Makes what is sent for one try: the stored bytes, signed now. */
export type SignShipment = (delivery: Delivery, webhook: Webhook, text: string) => Promise<Shipment>;

const userAgent = 'Wharf/1 (webhooks)';

interface Opened {
  readonly secrets: readonly { readonly secret: string; readonly expiresAt?: string }[];
  readonly headers: WebhookHeaders;
}

/**
 * Opens the secrets and headers of a webhook once for as long as its row stays in the cache, in memory only.
 *
 * @example const shipment = await createShipmentSigner({ sealer, now: Date.now })(delivery, webhook, body);
 */
export function createShipmentSigner(options: {
  readonly sealer: Pick<Sealer, 'open'>;
  readonly now: () => number;
}): SignShipment {
  // Ends with the row that the cache of webhooks gives out, so that a rotation is felt as soon as the row is read anew.
  const opened = new WeakMap<Webhook, Promise<Opened>>();
  return async (delivery, webhook, text) => {
    const opening = opened.get(webhook) ?? open(webhook, options.sealer);
    opened.set(webhook, opening);
    // A fault of KMS must not be remembered.
    opening.catch(() => opened.delete(webhook));
    const { secrets, headers } = await opening;
    const nowMs = options.now();
    const nowIso = new Date(nowMs).toISOString();
    const body = Buffer.from(text);
    const timestampSeconds = Math.floor(nowMs / 1_000);
    const live = secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > nowIso);
    return {
      body,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'user-agent': userAgent,
        'webhook-id': delivery.eventId,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': signWebhook({
          id: delivery.eventId,
          timestampSeconds,
          body,
          secrets: live.map(({ secret }) => secret),
        }),
        'x-wharf-delivery-id': delivery.deliveryId,
        ...(delivery.requestId !== undefined && { 'x-wharf-request-id': delivery.requestId }),
      },
    };
  };
}

async function open(webhook: Webhook, sealer: Pick<Sealer, 'open'>): Promise<Opened> {
  const context = webhookSecretContext(webhook.webhookId);
  const [headers, ...secrets] = await Promise.all([
    openHeaders(webhook, sealer),
    ...webhook.secrets.map(async ({ sealed, expiresAt }) => ({
      secret: Buffer.from(await sealer.open(webhook.tenantId, sealed, context)).toString('utf8'),
      ...(expiresAt !== undefined && { expiresAt }),
    })),
  ]);
  return { headers, secrets };
}
