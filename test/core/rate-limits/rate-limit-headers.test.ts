import { describe, expect, it } from 'vitest';
import { type BucketDecision, rateLimitHeaders } from '../../../core/rate-limits/index.ts';

const requests: BucketDecision = {
  policy: { name: 'requests', quota: 120, windowSeconds: 60 },
  admitted: true,
  limit: 120,
  remaining: 100,
  resetSeconds: 10,
  retryAfterSeconds: 0,
};
const sends: BucketDecision = {
  policy: { name: 'sends', quota: 12, windowSeconds: 60 },
  admitted: false,
  limit: 12,
  remaining: 0,
  resetSeconds: 60,
  retryAfterSeconds: 5,
};

describe('rateLimitHeaders', () => {
  it('describes one bucket, without Retry-After while it admits', () => {
    expect(rateLimitHeaders([requests], 1_000_500)).toEqual({
      'ratelimit-policy': '"requests";q=120;w=60',
      ratelimit: '"requests";r=100;t=10',
      'x-ratelimit-limit': '120',
      'x-ratelimit-remaining': '100',
      'x-ratelimit-reset': '1011',
    });
  });

  it('names every bucket, and puts the one that refused into the old headers', () => {
    expect(rateLimitHeaders([requests, sends], 1_000_000)).toEqual({
      'ratelimit-policy': '"requests";q=120;w=60, "sends";q=12;w=60',
      ratelimit: '"requests";r=100;t=10, "sends";r=0;t=60',
      'x-ratelimit-limit': '12',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1060',
      'retry-after': '5',
    });
  });

  it('is empty without a bucket', () => {
    expect(rateLimitHeaders([], 0)).toEqual({});
  });
});
