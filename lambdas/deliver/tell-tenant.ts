import type { EventType } from '../../core/events/event.ts';
import { derivedId } from '../../core/ids.ts';
import type { Delivery } from '../../core/webhooks/delivery.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import type { DeliverPorts } from './deliver-ports.ts';
import type { Tried } from './try-delivery.ts';

export type OperationalEvent = Extract<
  EventType,
  'webhook.failing' | 'webhook.recovered' | 'webhook.exhausted' | 'webhook.disabled'
>;

/** The same thing about the same webhook is told once in this time. */
export const tellAgainMs = 60 * 60_000;

/**
 * Publishes an event about a webhook, to all webhooks that take events of the session whose delivery showed it, but not about a delivery
 * that was such an event itself: two broken webhooks would tell of each other for ever. The id holds the hour, so that several workers
 * that see the same thing tell it once.
 *
 * @example await tellTenant('webhook.exhausted', { webhook, delivery, details: { attempts: 10 } }, ports);
 */
export async function tellTenant(
  type: OperationalEvent,
  about: {
    readonly webhook: Webhook;
    readonly delivery: Delivery;
    readonly details: Readonly<Record<string, unknown>>;
  },
  { publish, now }: Pick<DeliverPorts, 'publish' | 'now'>,
): Promise<void> {
  const { webhook, delivery, details } = about;
  if (delivery.eventType.startsWith('webhook.')) return;
  const { tenantId, webhookId } = webhook;
  const nowMs = now();
  await publish({
    version: 1,
    id: derivedId('evt', [tenantId, webhookId, type, String(Math.floor(nowMs / tellAgainMs))]),
    type,
    tenantId,
    sessionId: delivery.sessionId,
    timestamp: new Date(nowMs).toISOString(),
    metadata: {},
    data: { webhookId, ...details },
  });
}

/** What an event says of the delivery that showed it. */
export function describeTry({ delivery, result }: Tried): Readonly<Record<string, unknown>> {
  if (delivery === undefined || result.kind !== 'attempted') return {};
  return {
    deliveryId: delivery.deliveryId,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    attempts: result.attempt,
    ...(result.statusCode !== undefined && { statusCode: result.statusCode }),
    ...(result.errorKind !== undefined && { errorKind: result.errorKind }),
  };
}
