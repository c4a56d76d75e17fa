import { describe, expect, it } from 'vitest';
import {
  attemptsMax,
  nextAttemptDelay,
  parseRetryAfter,
  retryStepsSeconds,
} from '../../../lambdas/deliver/retry-schedule.ts';

const draws = Array.from({ length: 10_000 }, (_, index) => index / 10_000);

describe('nextAttemptDelay', () => {
  it('plans ten tries over about 75 hours', () => {
    expect(attemptsMax).toBe(10);
    const hours = retryStepsSeconds.reduce((sum, step) => sum + step, 0) / 3_600;
    expect(hours).toBeGreaterThan(75);
    expect(hours).toBeLessThan(76);
    expect(nextAttemptDelay(10, 0)).toBeUndefined();
  });

  it.each(retryStepsSeconds.map((step, index) => [index + 1, step]))(
    'stays within a fifth of step %i (%i s) and spreads over it',
    (made, step) => {
      const delays = draws.map((random) => nextAttemptDelay(made, random) ?? Number.NaN);
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(step * 0.8);
      expect(Math.max(...delays)).toBeLessThanOrEqual(step * 1.2);
      expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThanOrEqual(step * 0.3);
    },
  );

  it('takes Retry-After between one and two times the step', () => {
    for (const random of [0, 0.5, 0.999]) {
      expect(nextAttemptDelay(2, random, { retryAfterSeconds: 1 })).toBe(300);
      expect(nextAttemptDelay(2, random, { retryAfterSeconds: 1_000_000 })).toBe(600);
      const asked = nextAttemptDelay(2, random, { retryAfterSeconds: 400 });
      expect(asked).toBeGreaterThanOrEqual(400);
      expect(asked).toBeLessThanOrEqual(480);
    }
  });

  it('gives a throttling receiver a minute at least', () => {
    expect(nextAttemptDelay(1, 0, { isThrottled: true })).toBe(60);
    expect(nextAttemptDelay(1, 0, { isThrottled: true, retryAfterSeconds: 7 })).toBe(60);
    expect(nextAttemptDelay(2, 0.5, { isThrottled: true })).toBe(300);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');

  it('reads seconds and HTTP dates', () => {
    expect(parseRetryAfter('120', now)).toBe(120);
    expect(parseRetryAfter(' 0 ', now)).toBe(0);
    expect(parseRetryAfter('Sun, 22 Nov 2026 12:02:00 GMT', now)).toBe(120);
    expect(parseRetryAfter('Sun, 22 Nov 2026 11:00:00 GMT', now)).toBe(0);
  });

  it.each([undefined, '', 'soon', '-1', '1.5', '1e3', '99999999999999', 'Mon, 99 Abc 2026 12:00:00 GMT'])(
    'takes no hint from %s',
    (value) => {
      expect(parseRetryAfter(value, now)).toBeUndefined();
    },
  );
});
