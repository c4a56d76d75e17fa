import type { GuardedFailure, GuardedOutcome } from '../../core/webhooks/guard/index.ts';
import { nextAttemptDelay, parseRetryAfter } from './retry-schedule.ts';

/** What follows from one try. */
export type Verdict =
  | { readonly state: 'succeeded' | 'aborted' | 'exhausted' }
  /** The receiver is gone for good (410): the webhook goes off with this delivery. */
  | { readonly state: 'disabled' }
  | { readonly state: 'waiting'; readonly delaySeconds: number };

export interface JudgeInput {
  readonly outcome: GuardedOutcome;
  /** Tries made, this one included. */
  readonly attemptsMade: number;
  readonly nowMs: number;
  /** From 0 to 1. */
  readonly random: number;
}

/** Header by which a receiver ends the retries of one event. */
const abortHeader = 'webhook-delivery';
const abortValue = 'abort-message';

/**
 * Decides what a try means. Only 2xx is success; a redirect is a failure and is not followed. Faults of ours never come here.
 *
 * @example judgeOutcome({ outcome, attemptsMade: 1, nowMs, random: 0.5 }) // { state: 'waiting', delaySeconds: 5 }
 */
export function judgeOutcome({ outcome, attemptsMade, nowMs, random }: JudgeInput): Verdict {
  if (outcome.kind === 'answer') {
    if (isSuccess(outcome.statusCode)) return { state: 'succeeded' };
    if (outcome.statusCode === 410) return { state: 'disabled' };
    if (outcome.headers[abortHeader] === abortValue) return { state: 'aborted' };
  }
  const retryAfterSeconds =
    outcome.kind === 'answer' ? parseRetryAfter(outcome.headers['retry-after'], nowMs) : undefined;
  const delaySeconds = nextAttemptDelay(attemptsMade, random, {
    isThrottled: isThrottled(outcome),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
  return delaySeconds === undefined ? { state: 'exhausted' } : { state: 'waiting', delaySeconds };
}

export function isSuccess(statusCode: number): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** A failure that says nothing about the receiver, so no try is counted. */
export function isOurFault(outcome: GuardedOutcome): outcome is GuardedFailure {
  return outcome.kind === 'failure' && outcome.isOurFault;
}

function isThrottled(outcome: GuardedOutcome): boolean {
  return outcome.kind === 'answer' ? outcome.statusCode === 429 : outcome.errorKind === 'timeout';
}
