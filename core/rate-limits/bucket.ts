/**
 * A token bucket kept as one moment: `fullAtUs`, when it will be full again if nobody takes anything (microseconds since the epoch).
 *
 * An empty bucket is full one window from now, a full one was full already. Taking a token moves that moment by the time in which
 * one token grows back, so that taking is an addition, which DynamoDB can do under a condition, while the usual pair (tokens,
 * time) needs a multiplication and a minimum, which it cannot. The moment never moves backwards: whoever has seen the bucket too
 * empty may refuse from memory until that moment has come nearer.
 */
export interface BucketPolicy {
  /** Name in the `RateLimit` headers: lower-case letters and hyphens. */
  readonly name: string;
  /** Tokens that a full bucket holds, and that grow back in one window. */
  readonly quota: number;
  readonly windowSeconds: number;
}

export interface BucketDecision {
  readonly policy: BucketPolicy;
  readonly admitted: boolean;
  readonly limit: number;
  /** Whole tokens left, after this one if it was admitted. */
  readonly remaining: number;
  /** Seconds until the bucket is full, rounded up. */
  readonly resetSeconds: number;
  /** Seconds until the refused request would be admitted, rounded up; 0 when it was admitted. */
  readonly retryAfterSeconds: number;
}

const microsecondsPerSecond = 1_000_000;

/** The time in which one token grows back; whole, so that no rounding adds up in the row. */
export function tokenUs({ quota, windowSeconds }: BucketPolicy): number {
  return Math.ceil((windowSeconds * microsecondsPerSecond) / quota);
}

/** The latest `fullAtUs` at which a bucket still has `tokens` in it. */
export function latestFullAtUs(policy: BucketPolicy, tokens: number, nowUs: number): number {
  return nowUs + (policy.quota - tokens) * tokenUs(policy);
}

/** What an admitted request sees, `fullAtUs` being the moment after it. */
export function admittedDecision(policy: BucketPolicy, fullAtUs: number, nowUs: number): BucketDecision {
  return { ...figures(policy, fullAtUs, nowUs), admitted: true, retryAfterSeconds: 0 };
}

/** What a refused request sees, `fullAtUs` being the moment that refused it. */
export function refusedDecision(
  policy: BucketPolicy,
  { fullAtUs, tokens, nowUs }: { readonly fullAtUs: number; readonly tokens: number; readonly nowUs: number },
): BucketDecision {
  const waitUs = fullAtUs - latestFullAtUs(policy, tokens, nowUs);
  return {
    ...figures(policy, fullAtUs, nowUs),
    admitted: false,
    retryAfterSeconds: Math.max(1, Math.ceil(waitUs / microsecondsPerSecond)),
  };
}

function figures(policy: BucketPolicy, fullAtUs: number, nowUs: number) {
  const missingUs = Math.max(0, fullAtUs - nowUs);
  return {
    policy,
    limit: policy.quota,
    remaining: Math.max(0, policy.quota - Math.ceil(missingUs / tokenUs(policy))),
    resetSeconds: Math.ceil(missingUs / microsecondsPerSecond),
  };
}
