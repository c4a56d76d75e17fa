export type { BucketDecision, BucketPolicy } from './bucket.ts';
export { rateLimitHeaders } from './rate-limit-headers.ts';
export { createRateLimiter, type RateRequest, type TakeTokens } from './rate-limiter.ts';
export { rateSubjects, requestPolicy, sendPolicy } from './rate-policies.ts';
