import type { EventEnvelope } from '../../core/events/event.ts';
import { eventMatches } from '../../core/events/event-filter.ts';
import { eventRetentionSeconds } from '../../core/events/stored-event.ts';
import { derivedId } from '../../core/ids.ts';
import type { Delivery, DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { SendDeliveryTasks } from '../../core/webhooks/delivery-queue.ts';
import type { DeliveryRepository } from '../../core/webhooks/delivery-repository.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import type { WebhookReader } from '../../core/webhooks/webhook-repository.ts';
import type { EventRecorder } from './event-recorder.ts';

export interface FanOutPorts {
  readonly recorder: EventRecorder;
  readonly webhooks: WebhookReader;
  readonly deliveries: Pick<DeliveryRepository, 'insertAll' | 'insertMissing'>;
  readonly sendTasks: SendDeliveryTasks;
  readonly now: () => number;
}

export interface FanOutResult {
  readonly sequence: number;
  readonly kind: 'fanned-out' | 'resumed' | 'repeated';
  readonly deliveries: number;
}

/**
 * Takes one event to every webhook that wants it. The steps, each of which may be the last before a crash: record the event under its
 * sequence; write one delivery row per webhook; send one task per row; mark the event as fanned out. A repeat starts over from the
 * record: ids are derived, rows under way are left alone, and a task that was sent twice finds its try made. A repeat of a marked
 * event does nothing. An event is delivered although its session may be gone: what happened, happened.
 *
 * @example const { sequence, deliveries } = await fanOutEvent(envelope, ports);
 */
export async function fanOutEvent(envelope: EventEnvelope, ports: FanOutPorts): Promise<FanOutResult> {
  const recorded = await ports.recorder.record(envelope);
  if (recorded.kind === 'finished') return { sequence: recorded.sequence, kind: 'repeated', deliveries: 0 };
  const webhooks = await ports.webhooks.ofSession(envelope.tenantId, envelope.sessionId);
  const deliveries = webhooks
    .filter((webhook) => webhook.status === 'enabled' && eventMatches(webhook.events, envelope.type))
    .map((webhook) => toDelivery(envelope, { webhook, sequence: recorded.sequence, nowMs: ports.now() }));
  if (deliveries.length > 0) {
    if (recorded.kind === 'new') await ports.deliveries.insertAll(deliveries);
    else await ports.deliveries.insertMissing(deliveries);
    await ports.sendTasks(deliveries.map((delivery) => ({ task: toTask(delivery) })));
  }
  await ports.recorder.markFannedOut(envelope);
  return {
    sequence: recorded.sequence,
    kind: recorded.kind === 'new' ? 'fanned-out' : 'resumed',
    deliveries: deliveries.length,
  };
}

function toDelivery(
  { tenantId, sessionId, id: eventId, type: eventType }: EventEnvelope,
  { webhook, sequence, nowMs }: { readonly webhook: Webhook; readonly sequence: number; readonly nowMs: number },
): Delivery {
  const { webhookId, scope } = webhook;
  const createdAt = new Date(nowMs).toISOString();
  return {
    tenantId,
    deliveryId: derivedId('dlv', [tenantId, eventId, webhookId]),
    webhookId,
    scope,
    sessionId,
    eventId,
    eventType,
    sequence,
    state: 'pending',
    attempts: 0,
    createdAt,
    updatedAt: createdAt,
    expiresAtSeconds: Math.floor(nowMs / 1_000) + eventRetentionSeconds,
  };
}

function toTask({ tenantId, deliveryId, webhookId, sessionId, sequence }: Delivery): DeliveryTask {
  return { version: 1, tenantId, deliveryId, webhookId, sessionId, sequence, attempt: 1 };
}
