import type * as z from 'zod/mini';
import type { Delivery, DeliveryAttempt } from '../../core/webhooks/delivery.ts';
import type { delivery, deliveryAttempt } from './schemas.ts';

export function presentDelivery(row: Delivery): z.output<typeof delivery> {
  return {
    id: row.deliveryId,
    webhookId: row.webhookId,
    sessionId: row.sessionId,
    eventId: row.eventId,
    type: row.eventType,
    sequence: row.sequence,
    status: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.state === 'waiting' ? (row.dueAt ?? null) : null,
    requestId: row.requestId ?? null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

export function presentAttempt(row: DeliveryAttempt): z.output<typeof deliveryAttempt> {
  const { dnsMs = null, connectMs = null, tlsMs = null, ttfbMs = null } = row.phases ?? {};
  return {
    attempt: row.attempt,
    isManual: row.isManual ?? false,
    startedAt: row.startedAt,
    durationMs: row.durationMs,
    phases: { dnsMs, connectMs, tlsMs, ttfbMs },
    outcome: row.outcome,
    statusCode: row.statusCode ?? null,
    errorKind: row.errorKind ?? null,
    errorMessage: row.errorMessage ?? null,
    response: row.responseHead ?? null,
    responseEncoding: row.responseEncoding ?? 'utf8',
    requestId: row.requestId ?? null,
  };
}
