/**
 * How often a password may be tried. A row counts tries that have not succeeded, each from the moment it is admitted: so parallel
 * tries cannot all be the first. The first few are free, then each waits twice as long as the one before, up to 15 minutes; nothing is
 * ever locked for good. A refused try changes nothing, so that hammering does not make the wait longer. With time, failures are
 * forgiven one by one.
 */
export interface ThrottleRules {
  /** Failures that cost no wait. */
  readonly freeFailures: number;
  /** Wait after the first failure that is not free; it doubles with each more. */
  readonly firstDelayMs: number;
  /** Quiet time that takes one failure away. */
  readonly forgiveMs: number;
}

export interface ThrottleState {
  readonly failures: number;
  readonly lastTryMs: number;
}

export type TryDecision =
  /** `isForgiven`: the count to add to is lower than the stored one. */
  | { readonly kind: 'admit'; readonly next: ThrottleState; readonly isForgiven: boolean }
  | { readonly kind: 'refuse'; readonly retryAfterSeconds: number };

/** A thousand guesses spread over two hours get 17 tries; the most patient guesser gets four an hour. */
export const accountRules: ThrottleRules = { freeFailures: 5, firstDelayMs: 30_000, forgiveMs: 60 * 60_000 };

/** An address may be a whole office or a mobile carrier: more is free, and it is forgiven faster. */
export const addressRules: ThrottleRules = { freeFailures: 50, firstDelayMs: 10_000, forgiveMs: 60_000 };

/** Mails that set a password, to one e-mail address: three, then one each quarter of an hour. */
export const resetMailRules: ThrottleRules = { freeFailures: 3, firstDelayMs: 15 * 60_000, forgiveMs: 60 * 60_000 };

/** The same from one client network, whatever the e-mail address. */
export const resetAddressRules: ThrottleRules = { freeFailures: 20, firstDelayMs: 60_000, forgiveMs: 5 * 60_000 };

/**
 * Accounts opened from one client network: the operator says how many are free, and one more becomes so every ten minutes.
 *
 * @example registrationRules(20)
 */
export function registrationRules(freeFailures: number): ThrottleRules {
  return { freeFailures, firstDelayMs: 60_000, forgiveMs: 10 * 60_000 };
}

const delayMsMax = 15 * 60_000;

/** The wait that stands after a number of failures. */
export function delayAfterMs(failures: number, rules: ThrottleRules): number {
  if (failures < rules.freeFailures) return 0;
  return Math.min(delayMsMax, rules.firstDelayMs * 2 ** (failures - rules.freeFailures));
}

/** @example decideTry({ failures: 5, lastTryMs: now }, accountRules, now) // { kind: 'refuse', retryAfterSeconds: 30 } */
export function decideTry(state: ThrottleState | undefined, rules: ThrottleRules, nowMs: number): TryDecision {
  if (state === undefined) return { kind: 'admit', next: { failures: 1, lastTryMs: nowMs }, isForgiven: false };
  const quietMs = Math.max(0, nowMs - state.lastTryMs);
  const waitMs = delayAfterMs(state.failures, rules) - quietMs;
  if (waitMs > 0) return { kind: 'refuse', retryAfterSeconds: Math.ceil(waitMs / 1_000) };
  const failures = Math.max(0, state.failures - Math.floor(quietMs / rules.forgiveMs));
  return {
    kind: 'admit',
    next: { failures: failures + 1, lastTryMs: nowMs },
    isForgiven: failures < state.failures,
  };
}
