import { eventRetentionSeconds } from '../../core/events/stored-event.ts';
import type { DeliveryAttempt } from '../../core/webhooks/delivery.ts';
import type { GuardedOutcome } from '../../core/webhooks/guard/index.ts';
import { isSuccess } from './judge-outcome.ts';

/** The row that tells the tenant how one try went. */
export function toAttempt(input: {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly outcome: GuardedOutcome;
}): DeliveryAttempt {
  const { outcome, startedAtMs } = input;
  const shared = {
    deliveryId: input.deliveryId,
    attempt: input.attempt,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: outcome.durationMs,
    expiresAtSeconds: Math.floor(startedAtMs / 1_000) + eventRetentionSeconds,
  };
  if (outcome.kind === 'failure') return { ...shared, errorKind: outcome.errorKind, errorMessage: outcome.message };
  return {
    ...shared,
    statusCode: outcome.statusCode,
    ...(!isSuccess(outcome.statusCode) && { errorKind: 'http' as const }),
    responseHead: outcome.head.toString('utf8'),
    ...(outcome.phases !== undefined && { phases: outcome.phases }),
  };
}
