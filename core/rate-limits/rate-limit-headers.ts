import type { BucketDecision } from './bucket.ts';

/**
 * Headers of an answer that passed one or several buckets. `RateLimit-Policy` and `RateLimit` follow
 * draft-ietf-httpapi-ratelimit-headers-11 and name every bucket; the older `X-RateLimit-*` trio, which client libraries
 * read, has room for one: the bucket that refused, else the one nearest to its end. `X-RateLimit-Reset` is a moment in Unix seconds, as
 * with GitHub; all others are seconds from now.
 *
 * @example rateLimitHeaders([decision], Date.now())['ratelimit'] // '"requests";r=119;t=1'
 */
export function rateLimitHeaders(decisions: readonly BucketDecision[], nowMs: number): Record<string, string> {
  const [first, ...others] = decisions;
  if (first === undefined) return {};
  const tightest = others.reduce((a, b) => (tightness(b) < tightness(a) ? b : a), first);
  const wait = Math.max(...decisions.map((decision) => decision.retryAfterSeconds));
  return {
    'ratelimit-policy': decisions
      .map(({ policy }) => `"${policy.name}";q=${policy.quota};w=${policy.windowSeconds}`)
      .join(', '),
    ratelimit: decisions.map((d) => `"${d.policy.name}";r=${d.remaining};t=${d.resetSeconds}`).join(', '),
    'x-ratelimit-limit': String(tightest.limit),
    'x-ratelimit-remaining': String(tightest.remaining),
    'x-ratelimit-reset': String(Math.ceil(nowMs / 1_000) + tightest.resetSeconds),
    ...(wait > 0 && { 'retry-after': String(wait) }),
  };
}

function tightness(decision: BucketDecision): number {
  return decision.admitted ? decision.remaining / decision.limit : -1;
}
