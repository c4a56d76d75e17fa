import { cancellationReasons } from '../../core/storage/cancellation-reasons.ts';
import { isConditionFailed } from '../../core/storage/condition-failed.ts';

/** One hung call would block every session that waits for the same lock; after this the call counts as failed. */
export const storeCallMs = 5_000;

/**
 * Options for an SDK call that must answer in time.
 *
 * @example await dynamodb.send(new GetCommand(input), deadline())
 */
export function deadline(callMs: number = storeCallMs): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(callMs) };
}

/** Whether a write was refused by its condition, which is an expected outcome and no fault. */
export function isRefused(error: unknown): boolean {
  if (isConditionFailed(error)) return true;
  return cancellationReasons(error)?.some(({ Code }) => Code === 'ConditionalCheckFailed') ?? false;
}
