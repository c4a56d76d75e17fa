import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenBucket } from '../../../connector/concurrency/token-bucket.ts';

const asks = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 200 });

describe('token bucket', () => {
  it('never gives more than the burst and the rate allow, however it is asked', () => {
    fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 60 }), (pauses, rate, burst) => {
        let nowMs = 0;
        const bucket = createTokenBucket({ rate: () => ({ tokensPerSecond: rate, burst }), now: () => nowMs });
        const taken: number[] = [];
        for (const pauseMs of pauses) {
          nowMs += pauseMs;
          if (bucket.takeOrWaitMs() === 0) taken.push(nowMs);
        }
        for (const [first, fromMs] of taken.entries()) {
          for (const [last, untilMs] of taken.slice(first).entries()) {
            expect(last + 1).toBeLessThanOrEqual(burst + ((untilMs - fromMs) * rate) / 1000 + 1e-6);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives a token after the wait that it names', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 60 }), (tokensPerSecond, burst) => {
        let nowMs = 0;
        const bucket = createTokenBucket({ rate: () => ({ tokensPerSecond, burst }), now: () => nowMs });
        for (let take = 0; take < burst; take++) expect(bucket.takeOrWaitMs()).toBe(0);
        const waitMs = bucket.takeOrWaitMs();
        expect(waitMs).toBeGreaterThan(0);
        nowMs += Math.ceil(waitMs);
        expect(bucket.takeOrWaitMs()).toBe(0);
      }),
    );
  });

  it('forgets what was saved up when the burst becomes smaller', () => {
    let burst = 40;
    const bucket = createTokenBucket({ rate: () => ({ tokensPerSecond: 5, burst }), now: () => 0 });
    burst = 5;
    const answers = Array.from({ length: 6 }, () => bucket.takeOrWaitMs());
    expect(answers).toEqual([0, 0, 0, 0, 0, 200]);
  });
});
