import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheduleExpression } from '../../../local/schedules/schedule-expression.ts';

const after = Date.UTC(2026, 10, 22, 17, 5, 9);

function next(expression: string, from = after): string | undefined {
  const at = scheduleExpression(expression)(from);
  return at === undefined ? undefined : new Date(at).toISOString();
}

describe('schedules', () => {
  it.each([
    ['rate(1 minute)', '2026-11-22T17:06:09.000Z'],
    ['rate(2 hours)', '2026-11-22T19:05:09.000Z'],
    ['rate(7 days)', '2026-11-29T17:05:09.000Z'],
    ['cron(6 17 * * ? *)', '2026-11-22T17:06:00.000Z'],
    ['cron(5 17 * * ? *)', '2026-11-23T17:05:00.000Z'],
    ['cron(0/15 * * * ? *)', '2026-11-22T17:15:00.000Z'],
    ['cron(0 3 ? * MON-FRI *)', '2026-11-23T03:00:00.000Z'],
    ['cron(0 3 ? * 1 *)', '2026-11-29T03:00:00.000Z'],
    ['cron(30 2 1 JAN ? *)', '2027-01-01T02:30:00.000Z'],
    ['cron(0 0 29 2 ? *)', '2028-02-29T00:00:00.000Z'],
    ['cron(0 8,20 31 * ? *)', '2026-12-31T08:00:00.000Z'],
  ])('%s', (expression, expected) => {
    expect(next(expression)).toBe(expected);
  });

  it('ends when no year fits any more', () => {
    expect(next('cron(0 0 1 1 ? 2020)')).toBeUndefined();
  });

  it.each([
    'rate(0 minutes)',
    'rate(5 weeks)',
    'rate(1.5 hours)',
    'cron(0 3 * * ?)',
    'cron(60 3 * * ? *)',
    'cron(0 3 L * ? *)',
    'cron(0 3 ? * 6#3 *)',
    'cron(0 3 ? FOO * *)',
    'at(2026-11-22T10:00:00)',
    'every day',
  ])('stops at %s', (expression) => {
    expect(() => scheduleExpression(expression)).toThrow(/cannot read|six fields/);
  });

  it('always moves on, to a minute that the fields allow', () => {
    const minute = fc.integer({ min: 0, max: 59 });
    const hour = fc.integer({ min: 0, max: 23 });
    const from = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2090, 0, 1) });
    fc.assert(
      fc.property(minute, hour, from, (atMinute, atHour, fromMs) => {
        const at = scheduleExpression(`cron(${atMinute} ${atHour} * * ? *)`)(fromMs) ?? 0;
        expect(at).toBeGreaterThan(fromMs);
        expect(at - fromMs).toBeLessThanOrEqual(86_400_000);
        expect([new Date(at).getUTCMinutes(), new Date(at).getUTCHours()]).toEqual([atMinute, atHour]);
      }),
    );
  });
});
