import { isUtf8 } from 'node:buffer';
import { eventRetentionSeconds } from '../../core/events/stored-event.ts';
import type { AttemptOutcome, Delivery, DeliveryAttempt } from '../../core/webhooks/delivery.ts';
import type { SendOutcome } from './destinations/index.ts';
import { isSuccess } from './judge-outcome.ts';

/** The row that tells the tenant how one try went. */
export function toAttempt(input: {
  readonly delivery: Delivery;
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly outcome: SendOutcome;
}): DeliveryAttempt {
  const { delivery, outcome, startedAtMs } = input;
  const { tenantId, webhookId, deliveryId, sessionId, eventId, eventType, requestId } = delivery;
  const shared = {
    tenantId,
    webhookId,
    deliveryId,
    sessionId,
    eventId,
    eventType,
    attempt: input.attempt,
    ...(delivery.isManual === true && { isManual: true }),
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: outcome.durationMs,
    ...(requestId !== undefined && { requestId }),
    expiresAtSeconds: Math.floor(startedAtMs / 1_000) + eventRetentionSeconds,
  };
  if (outcome.kind === 'failure') {
    return { ...shared, outcome: 'no-answer', errorKind: outcome.errorKind, errorMessage: outcome.message };
  }
  return {
    ...shared,
    outcome: classOf(outcome.statusCode),
    statusCode: outcome.statusCode,
    ...(!isSuccess(outcome.statusCode) && { errorKind: 'http' as const }),
    ...readable(outcome.head, outcome.isCut),
    phases: { ...outcome.phases, ...(outcome.ttfbMs !== undefined && { ttfbMs: outcome.ttfbMs }) },
  };
}

function classOf(statusCode: number): AttemptOutcome {
  if (statusCode >= 500) return '5xx';
  if (statusCode >= 400) return '4xx';
  // What is below 200 or above 599 is no final answer of HTTP, and no success.
  return isSuccess(statusCode) ? '2xx' : '3xx';
}

/** Bytes of the longest character but one: a cut may have left so many of it. */
const halfCharacterBytesMax = 3;

function readable(head: Buffer, isCut: boolean): Pick<DeliveryAttempt, 'responseHead' | 'responseEncoding'> {
  for (let left = 0; left <= (isCut ? halfCharacterBytesMax : 0) && left <= head.length; left++) {
    const whole = head.subarray(0, head.length - left);
    if (isUtf8(whole)) return { responseHead: whole.toString('utf8'), responseEncoding: 'utf8' };
  }
  return { responseHead: head.toString('base64'), responseEncoding: 'base64' };
}
