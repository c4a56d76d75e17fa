/** Waits before tries 2 to 10, in seconds: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; about 75 h in all. */
export const retryStepsSeconds: readonly number[] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** When tries are made, and how long a receiver is left alone that was too slow or said "too many". */
export interface RetrySchedule {
  readonly stepsSeconds: readonly number[];
  readonly throttledFloorSeconds: number;
}

/** The tries of a delivery, the first included. */
export const attemptsMax = retryStepsSeconds.length + 1;

/** A step is drawn from 80 % to 120 %, so that the receivers of one outage do not come back at one moment. */
const jitterShare = 0.2;
export const retrySchedule: RetrySchedule = { stepsSeconds: retryStepsSeconds, throttledFloorSeconds: 60 };

export interface RetryHints {
  /** What the receiver asked for in `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** 429 or a timeout. */
  readonly isThrottled?: boolean;
}

/**
 * Seconds to wait after the given number of tries, or undefined after the last. `random` is from 0 (inclusive) to 1. `Retry-After`
 * counts between one and two times the step: a receiver can neither park a delivery for a week nor make us hammer.
 *
 * @example nextAttemptDelay(1, Math.random()) // 4 to 6
 */
export function nextAttemptDelay(
  attemptsMade: number,
  random: number,
  hints: RetryHints = {},
  { stepsSeconds, throttledFloorSeconds }: RetrySchedule = retrySchedule,
): number | undefined {
  const step = stepsSeconds[attemptsMade - 1];
  if (step === undefined) return undefined;
  const delay =
    hints.retryAfterSeconds === undefined
      ? step * (1 - jitterShare + 2 * jitterShare * random)
      : Math.min(Math.max(hints.retryAfterSeconds * (1 + jitterShare * random), step), 2 * step);
  const floor = hints.isThrottled === true ? throttledFloorSeconds * (1 + jitterShare * random) : 0;
  return Math.max(delay, floor);
}

/**
 * Reads `Retry-After`: seconds or an HTTP date. Anything else is no hint.
 *
 * @example parseRetryAfter('120', Date.now()) // 120
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value);
  // Only the fixed form of RFC 9110: Date.parse alone takes far too much.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value.trim())) return undefined;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, (atMs - nowMs) / 1_000);
}
