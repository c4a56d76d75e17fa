import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../connector/session/backoff.ts';
import { type CloseHistory, reactToClose } from '../../../connector/session/close-codes.ts';

const linked: CloseHistory = { linked: true, qrRoundsEnded: 0, attempt: 0, conflicts: 0, recentStreamErrors: 0 };
const unlinked: CloseHistory = { ...linked, linked: false };
const closed = (code: number, more = {}) => ({ code, reason: 'x', ...more });

describe('reactToClose, linked', () => {
  it.each([
    [401, 'logged_out', true],
    [403, 'logged_out', true],
    [402, 'restricted', false],
    [406, 'banned', false],
    [409, 'failed', false],
    [411, 'failed', false],
  ])('rests after %i as %s', (code, status, forgetKeys) => {
    expect(reactToClose(closed(code), linked)).toMatchObject({ kind: 'rest', status, forgetKeys });
  });

  it.each([408, 428, 440, 500, 503, 515, 405, 777])('comes back by itself after %i', (code) => {
    expect(reactToClose(closed(code), linked).kind).toBe('reconnect');
  });

  it('comes back at once after 515, politely after the first 428, late after 405 and 503', () => {
    expect(reactToClose(closed(515), linked)).toMatchObject({ floorMs: 0, jitterMs: 0 });
    expect(reactToClose(closed(428), linked)).toMatchObject({ floorMs: 0, jitterMs: 2_000 });
    expect(reactToClose(closed(428), { ...linked, attempt: 1 })).not.toHaveProperty('jitterMs');
    expect(reactToClose(closed(503), linked)).toMatchObject({ floorMs: 5_000 });
    expect(reactToClose(closed(405), linked)).toMatchObject({ floorMs: 300_000 });
  });

  it('waits for a proxy to be set right, and backs off from one that is away, linked or not', () => {
    for (const history of [linked, unlinked]) {
      const waits = (['proxy_forbidden', 'proxy_refused', 'proxy_unreachable'] as const).map((proxyTrouble) =>
        reactToClose(closed(500, { proxyTrouble }), history),
      );
      expect(waits).toEqual([
        { kind: 'reconnect', reason: 'proxy_forbidden', floorMs: 300_000 },
        { kind: 'reconnect', reason: 'proxy_refused', floorMs: 60_000 },
        { kind: 'reconnect', reason: 'proxy_unreachable', floorMs: 0 },
      ]);
    }
  });

  it('comes back soon after 405 once a newer version is known, spread over some seconds', () => {
    expect(reactToClose(closed(405, { newerVersionKnown: true }), linked)).toMatchObject({
      floorMs: 0,
      jitterMs: 5_000,
    });
    expect(reactToClose(closed(405, { newerVersionKnown: true }), unlinked)).toMatchObject({ floorMs: 0 });
    expect(reactToClose(closed(405, { newerVersionKnown: false }), linked)).toMatchObject({ floorMs: 300_000 });
  });

  it('backs off from the fourth restart in a row', () => {
    expect(reactToClose(closed(515), { ...linked, attempt: 2 })).toHaveProperty('jitterMs', 0);
    expect(reactToClose(closed(515), { ...linked, attempt: 3 })).not.toHaveProperty('jitterMs');
  });

  it('tells of an unstable session at the fifth stream error within ten minutes, and keeps its keys', () => {
    expect(reactToClose(closed(500), { ...linked, recentStreamErrors: 3 })).toMatchObject({
      kind: 'reconnect',
      reason: 'stream_error_500',
      floorMs: 0,
    });
    expect(reactToClose(closed(500), { ...linked, recentStreamErrors: 4 })).toEqual({
      kind: 'reconnect',
      reason: 'unstable',
      floorMs: 60_000,
    });
  });

  it('meets a rival ever later, then stops', () => {
    const waits = [0, 1, 2, 3].map((conflicts) => reactToClose(closed(440), { ...linked, conflicts }));
    expect(waits.map((each) => (each.kind === 'reconnect' ? each.floorMs : each.kind))).toEqual([
      5_000, 30_000, 300_000, 300_000,
    ]);
    expect(reactToClose(closed(440), { ...linked, conflicts: 4 })).toMatchObject({
      kind: 'rest',
      status: 'conflict',
      forgetKeys: false,
    });
  });

  it('says until when a ban lasts', () => {
    const until = '2026-12-01T00:00:00.000Z';
    const reaction = reactToClose(closed(402, { banReason: '101', restrictedUntil: until }), linked);
    expect(reaction).toMatchObject({ status: 'restricted', reason: 'restricted_101', until });
  });
});

describe('reactToClose, linking', () => {
  it('shows three rounds of QR codes, then waits for a person', () => {
    const ended = closed(408, { qrEnded: true });
    expect(reactToClose(ended, unlinked).kind).toBe('next_round');
    expect(reactToClose(ended, { ...unlinked, qrRoundsEnded: 1 }).kind).toBe('next_round');
    expect(reactToClose(ended, { ...unlinked, qrRoundsEnded: 2 })).toMatchObject({
      kind: 'rest',
      status: 'qr_expired',
    });
  });

  it('tries again after anything else', () => {
    expect(reactToClose(closed(401), unlinked).kind).toBe('reconnect');
    expect(reactToClose(closed(408), unlinked).kind).toBe('reconnect');
  });
});

describe('reactToClose, always', () => {
  it('forgets keys only after a log-out that WhatsApp confirmed', () => {
    const history = fc.record({
      linked: fc.boolean(),
      qrRoundsEnded: fc.nat(5),
      attempt: fc.nat(50),
      conflicts: fc.nat(9),
      recentStreamErrors: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), fc.boolean(), history, (code, qrEnded, past) => {
        const reaction = reactToClose(closed(code, { qrEnded }), past);
        const forgets = reaction.kind === 'rest' && reaction.forgetKeys;
        expect(forgets).toBe(past.linked && (code === 401 || code === 403));
      }),
    );
  });
});

describe('backoffMs', () => {
  it('stays between the floor and the cap, which grows after ten attempts', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(10_000),
        (attempt, random, floorMs) => {
          const waitMs = backoffMs({ attempt, random, floorMs });
          expect(waitMs).toBeGreaterThanOrEqual(floorMs);
          expect(waitMs - floorMs).toBeLessThanOrEqual(attempt < 10 ? Math.min(60_000, 1_000 * 2 ** attempt) : 300_000);
        },
      ),
    );
  });

  it('spreads over the whole range', () => {
    expect(backoffMs({ attempt: 3, random: 0 })).toBe(0);
    expect(backoffMs({ attempt: 3, random: 0.5 })).toBe(4_000);
  });
});
