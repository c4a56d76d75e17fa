import type { EventEnvelope } from '../../core/events/event.ts';
import { eventRetentionSeconds } from '../../core/events/stored-event.ts';
import { derivedId } from '../../core/ids.ts';
import type { Delivery, DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { SendDeliveryTasks } from '../../core/webhooks/delivery-queue.ts';
import type { DeliveryRepository } from '../../core/webhooks/delivery-repository.ts';
import type { TurnRepository } from '../../core/webhooks/turn-repository.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import type { WebhookReader } from '../../core/webhooks/webhook-repository.ts';
import { webhookWants } from '../../core/webhooks/webhook-wants.ts';
import type { EventRecorder, RecordedEvent } from './event-recorder.ts';

export interface FanOutPorts {
  readonly recorder: EventRecorder;
  readonly webhooks: Pick<WebhookReader, 'ofSession'>;
  readonly deliveries: Pick<DeliveryRepository, 'insertAll' | 'insertMissing'>;
  readonly turns: Pick<TurnRepository, 'enqueue'>;
  readonly sendTasks: SendDeliveryTasks;
  readonly now: () => number;
}

export interface FanOutResult {
  readonly eventId: string;
  readonly sequence: number;
  readonly kind: 'fanned-out' | 'resumed' | 'repeated';
  /** Tasks sent. */
  readonly deliveries: number;
}

/** A task carries a body up to this size, which spares deliver a read; SQS bills by 64 kB. */
const carriedBodyBytesMax = 48_000;

/**
 * Takes events of one session, in their order, to every webhook that wants them. The steps, each of which may be the last before a
 * crash: record the events under their sequences; write one delivery row per event and webhook; send one task per row. Each step is one
 * or two calls for all events, because a session's events wait for each other.
 *
 * A repeat starts over from the record. Ids are derived, so a row that is there stays as it is; one that nobody has reached for yet
 * gets its task once more, and a task that was sent twice finds its try made. An event is delivered although its session may be gone:
 * what happened, happened.
 *
 * @example const [{ sequence, deliveries }] = await fanOutEvents([envelope], ports);
 */
export async function fanOutEvents(
  envelopes: readonly EventEnvelope[],
  ports: FanOutPorts,
): Promise<readonly FanOutResult[]> {
  const [first] = envelopes;
  if (first === undefined) return [];
  const [recorded, webhooks] = await Promise.all([
    ports.recorder.record(envelopes),
    ports.webhooks.ofSession(first.tenantId, first.sessionId),
  ]);
  const planned = recorded.map((event) => ({ event, deliveries: deliveriesOf(event, webhooks, ports.now()) }));
  const fresh = planned.filter(({ event }) => event.seenAt === undefined).flatMap(({ deliveries }) => deliveries);
  const again = planned.filter(({ event }) => event.seenAt !== undefined).flatMap(({ deliveries }) => deliveries);
  const [, untouched] = await Promise.all([
    fresh.length > 0 ? ports.deliveries.insertAll(fresh) : undefined,
    again.length > 0 ? ports.deliveries.insertMissing(again) : [],
  ]);
  // After the rows, so that whoever finds a place in the line finds the delivery too.
  const ordered = [...fresh, ...untouched].filter(({ isOrdered }) => isOrdered === true);
  if (ordered.length > 0) await ports.turns.enqueue(ordered);
  const lanes = new Map(webhooks.map(({ webhookId, lane }) => [webhookId, lane] as const));
  const wanted = new Set([...fresh, ...untouched].map(({ deliveryId }) => deliveryId));
  const tasks = planned.flatMap(({ event, deliveries }) =>
    deliveries
      .filter(({ deliveryId }) => wanted.has(deliveryId))
      .map((delivery) => ({ task: toTask(delivery, event), lane: lanes.get(delivery.webhookId) ?? 'fast' }) as const),
  );
  if (tasks.length > 0) await ports.sendTasks(tasks);
  return planned.map(({ event, deliveries }) => {
    const sent = deliveries.filter(({ deliveryId }) => wanted.has(deliveryId)).length;
    const kind = event.seenAt === undefined ? 'fanned-out' : sent > 0 ? 'resumed' : 'repeated';
    return { eventId: event.envelope.id, sequence: event.sequence, kind, deliveries: sent };
  });
}

/** One row for each webhook that is on and subscribed. A repeat is of no concern to a webhook that was made after the event. */
function deliveriesOf(event: RecordedEvent, webhooks: readonly Webhook[], nowMs: number): Delivery[] {
  const { envelope, sequence, seenAt } = event;
  return webhooks
    .filter((webhook) => webhook.status === 'enabled' && webhookWants(webhook, envelope))
    .filter((webhook) => !isAboutItself(webhook, envelope))
    .filter((webhook) => seenAt === undefined || webhook.createdAt <= seenAt)
    .map((webhook) => toDelivery(envelope, { webhook, sequence, nowMs }));
}

/** That a webhook does not work is of no use to itself, and one more delivery that fails. That it works again is. */
function isAboutItself({ webhookId }: Webhook, { type, data }: EventEnvelope): boolean {
  const isOperational = type === 'webhook.failing' || type === 'webhook.exhausted' || type === 'webhook.disabled';
  return isOperational && data.webhookId === webhookId;
}

function toDelivery(
  { tenantId, sessionId, id: eventId, type: eventType, requestId }: EventEnvelope,
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
    ...(webhook.ordered === true && { isOrdered: true }),
    ...(requestId !== undefined && { requestId }),
  };
}

function toTask(delivery: Delivery, { body }: RecordedEvent): DeliveryTask {
  const { tenantId, deliveryId, webhookId, sessionId, sequence, scope = sessionId, isOrdered } = delivery;
  const isCarried = body !== undefined && Buffer.byteLength(body) <= carriedBodyBytesMax;
  return {
    version: 1,
    tenantId,
    deliveryId,
    webhookId,
    sessionId,
    sequence,
    scope,
    attempt: 1,
    ...(isOrdered === true && { isOrdered }),
    ...(isCarried && { body }),
  };
}
