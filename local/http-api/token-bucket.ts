import type { ThrottleSpec } from './api-spec.ts';

/**
 * API Gateway's throttle: `burst` requests at once, refilled by `requestsPerSecond`. The returned function takes one token, or says that there is none.
 *
 * @example const take = tokenBucket({ requestsPerSecond: 50, burst: 100 }, Date.now); if (!take()) respond(429);
 */
export function tokenBucket(spec: ThrottleSpec, now: () => number): () => boolean {
  let tokens = spec.burst;
  let filledAt = now();
  return () => {
    const at = now();
    tokens = Math.min(spec.burst, tokens + ((at - filledAt) / 1_000) * spec.requestsPerSecond);
    filledAt = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
