import type { SendOutcome } from './destinations/index.ts';
import { nextAttemptDelay, parseRetryAfter, type RetrySchedule } from './retry-schedule.ts';

/** What follows from one try. */
export type Verdict =
  | { readonly state: 'succeeded' | 'aborted' | 'exhausted' }
  /** The receiver is gone for good (410): the webhook goes off with this delivery. */
  | { readonly state: 'disabled' }
  | { readonly state: 'waiting'; readonly delaySeconds: number };

export interface JudgeInput {
  readonly outcome: SendOutcome;
  /** Tries made that the schedule counts, this one included. */
  readonly attemptsMade: number;
  readonly nowMs: number;
  /** From 0 to 1. */
  readonly random: number;
  readonly schedule?: RetrySchedule;
}

/** Header by which a receiver ends the retries of one event. */
const abortHeader = 'webhook-delivery';
const abortValue = 'abort-message';

/**
 * Decides what a try means. Only 2xx is success; a redirect is a failure and is not followed. Faults of ours never come here.
 *
 * @example judgeOutcome({ outcome, attemptsMade: 1, nowMs, random: 0.5 }) // { state: 'waiting', delaySeconds: 5 }
 */
export function judgeOutcome({ outcome, attemptsMade, nowMs, random, schedule }: JudgeInput): Verdict {
  if (outcome.kind === 'answer') {
    if (isSuccess(outcome.statusCode)) return { state: 'succeeded' };
    if (outcome.statusCode === 410) return { state: 'disabled' };
    if (outcome.headers[abortHeader] === abortValue) return { state: 'aborted' };
  }
  const retryAfterSeconds =
    outcome.kind === 'answer' ? parseRetryAfter(outcome.headers['retry-after'], nowMs) : undefined;
  const hints = {
    isThrottled: isThrottled(outcome),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
  const delaySeconds = nextAttemptDelay(attemptsMade, random, hints, schedule);
  return delaySeconds === undefined ? { state: 'exhausted' } : { state: 'waiting', delaySeconds };
}

export function isSuccess(statusCode: number): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function isThrottled(outcome: SendOutcome): boolean {
  return outcome.kind === 'answer' ? outcome.statusCode === 429 : outcome.errorKind === 'timeout';
}
