import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admittedDecision,
  type BucketPolicy,
  latestFullAtUs,
  refusedDecision,
  tokenUs,
} from '../../../core/rate-limits/bucket.ts';

const policy: BucketPolicy = { name: 'requests', quota: 60, windowSeconds: 60 };
const now = 1_800_000_000_000_000;

describe('bucket', () => {
  it('counts down from full and says when it is full again', () => {
    expect(admittedDecision(policy, now + 1_000_000, now)).toMatchObject({ remaining: 59, resetSeconds: 1 });
    expect(admittedDecision(policy, now + 60_000_000, now)).toMatchObject({ remaining: 0, resetSeconds: 60 });
  });

  it('tells a refused caller the first second at which it would be admitted', () => {
    const fullAtUs = now + 60_000_000;
    const decision = refusedDecision(policy, { fullAtUs, tokens: 3, nowUs: now });
    expect(decision).toMatchObject({ admitted: false, remaining: 0, retryAfterSeconds: 3 });
    expect(fullAtUs <= latestFullAtUs(policy, 3, now + 3_000_000)).toBe(true);
    expect(fullAtUs <= latestFullAtUs(policy, 3, now + 2_000_000)).toBe(false);
  });

  it('admits exactly what a bucket of tokens that fills steadily would', () => {
    const gapsUs = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), gapsUs, (quota, gaps) => {
        const p = { name: 'requests', quota, windowSeconds: 60 };
        let [nowUs, fullAtUs] = [now, 0];
        // The reference counts in units of 1/tokenUs of a token, so that it has no rounding of its own.
        let level = quota * tokenUs(p);
        for (const gap of gaps) {
          nowUs += gap;
          level = Math.min(quota * tokenUs(p), level + gap);
          const isAdmitted = fullAtUs <= latestFullAtUs(p, 1, nowUs);
          expect(isAdmitted).toBe(level >= tokenUs(p));
          if (!isAdmitted) continue;
          level -= tokenUs(p);
          fullAtUs = Math.max(fullAtUs, nowUs) + tokenUs(p);
          expect(admittedDecision(p, fullAtUs, nowUs).remaining).toBe(Math.floor(level / tokenUs(p)));
        }
      }),
    );
  });
});
