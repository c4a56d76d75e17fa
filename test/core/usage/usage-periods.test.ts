import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usageOfEvent } from '../../../core/usage/usage-of-event.ts';
import { monthsOf, periodsOf, sumUsage } from '../../../core/usage/usage-periods.ts';

describe('periodsOf', () => {
  it('lists days and months with both ends', () => {
    expect(periodsOf({ by: 'day', from: '2026-02-27', to: '2026-03-02' })).toEqual([
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ]);
    expect(periodsOf({ by: 'month', from: '2025-12', to: '2026-02' })).toEqual(['2025-12', '2026-01', '2026-02']);
  });

  it.each([
    ['turned round', { by: 'day', from: '2026-02-02', to: '2026-02-01' }],
    ['a day that does not exist', { by: 'day', from: '2026-02-30', to: '2026-03-01' }],
    ['a month where days are asked', { by: 'day', from: '2026-02', to: '2026-03' }],
    ['days where months are asked', { by: 'month', from: '2026-02-01', to: '2026-03-01' }],
    ['93 days', { by: 'day', from: '2026-01-01', to: '2026-04-03' }],
    ['14 months', { by: 'month', from: '2025-01', to: '2026-02' }],
    ['no date at all', { by: 'month', from: 'noonish', to: 'now' }],
  ] as const)('refuses %s', (_, range) => {
    expect(periodsOf(range)).toBeUndefined();
  });

  it('gives each period once and in order', () => {
    const month = fc
      .record({ year: fc.integer({ min: 2020, max: 2040 }), index: fc.integer({ min: 0, max: 11 }) })
      .map(({ year, index }) => new Date(Date.UTC(year, index)));
    fc.assert(
      fc.property(month, fc.integer({ min: 0, max: 12 }), (from, span) => {
        const to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + span));
        const text = (date: Date) => date.toISOString().slice(0, 7);
        const periods = periodsOf({ by: 'month', from: text(from), to: text(to) }) ?? [];
        expect(periods).toHaveLength(span + 1);
        expect([...new Set(periods)].sort()).toEqual(periods);
        expect(monthsOf(periods)).toEqual(periods);
      }),
    );
  });
});

describe('sumUsage', () => {
  it('adds sessions up and leaves periods outside the range alone', () => {
    const counts = { sent: 1, received: 2, connections: 0 };
    const row = (sessionId: string) => ({
      sessionId,
      month: '2026-11',
      ...counts,
      days: [{ day: '2026-11-22', ...counts }],
    });
    expect(sumUsage(['2026-11-21', '2026-11-22'], [row('a'), row('b')])).toEqual([
      { period: '2026-11-21', sent: 0, received: 0, connections: 0, activeSessions: 0 },
      { period: '2026-11-22', sent: 2, received: 4, connections: 0, activeSessions: 2 },
    ]);
  });
});

describe('usageOfEvent', () => {
  it('counts what came, what WhatsApp took, and arrivals at connected', () => {
    expect(usageOfEvent({ type: 'message.received' })).toEqual({ received: 1 });
    expect(usageOfEvent({ type: 'message.sent' })).toEqual({ sent: 1 });
    expect(usageOfEvent({ type: 'message.sent', data: { source: 'api' } })).toEqual({ sent: 1 });
    expect(usageOfEvent({ type: 'message.sent', data: { source: 'phone' } })).toBeUndefined();
    expect(usageOfEvent({ type: 'status.change', status: 'connected' })).toEqual({ connections: 1 });
    expect(usageOfEvent({ type: 'status.change', status: 'stopped' })).toBeUndefined();
    expect(usageOfEvent({ type: 'message.status' })).toBeUndefined();
  });
});
