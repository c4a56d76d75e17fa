import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Reconnects } from '../../../connector/session/reconnects.ts';

const lost = { code: 408, reason: 'lost' };
const makeReconnects = (random = () => 0.999_999) => new Reconnects(random, () => performance.now());
const waits = (reconnects: Reconnects, count: number) =>
  Array.from({ length: count }, () => reconnects.nextWaitMs({ floorMs: 0 }));

describe('reconnects', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('doubles from a second to a minute, and to five minutes after ten tries', () => {
    const seconds = waits(makeReconnects(), 12).map((waitMs) => Math.ceil(waitMs / 1_000));
    expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 300, 300]);
  });

  it('spreads every wait over its whole range', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.double({ min: 0, max: 0.999, noNaN: true }), (tries, random) => {
        const [low, high, some] = [0, 0.999, random].map((chance) =>
          waits(
            makeReconnects(() => chance),
            tries + 1,
          ).at(-1),
        );
        expect(low).toBe(0);
        expect(some).toBeLessThanOrEqual(high ?? 0);
      }),
    );
  });

  it('starts again only after a minute of an open connection, however many short ones there were', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 59_999 }), { minLength: 1, maxLength: 8 }), (openMs) => {
        const reconnects = makeReconnects();
        for (const [index, eachMs] of openMs.entries()) {
          expect(reconnects.nextWaitMs({ floorMs: 0 })).toBeGreaterThan(Math.min(60_000, 900 * 2 ** index) - 1_000);
          reconnects.opened();
          vi.advanceTimersByTime(eachMs);
          reconnects.cancelTimers();
        }
        reconnects.opened();
        vi.advanceTimersByTime(60_000);
        expect(reconnects.nextWaitMs({ floorMs: 0 })).toBeLessThanOrEqual(1_000);
      }),
    );
  });

  it('gives up after five conflicts without a stable minute between them', () => {
    const reconnects = makeReconnects();
    const kinds = Array.from({ length: 5 }, () => {
      reconnects.opened();
      vi.advanceTimersByTime(30_000);
      reconnects.cancelTimers();
      return reconnects.reactTo({ code: 440, reason: 'replaced' }, true).kind;
    });
    expect(kinds).toEqual(['reconnect', 'reconnect', 'reconnect', 'reconnect', 'rest']);
  });

  it('counts stream errors over ten minutes, past stable connections', () => {
    const reconnects = makeReconnects();
    const reason = (code: number) => {
      const reaction = reconnects.reactTo({ code, reason: '' }, true);
      return reaction.kind === 'reconnect' ? reaction.reason : reaction.kind;
    };
    for (let count = 0; count < 4; count++) {
      expect(reason(500)).toBe('stream_error_500');
      reconnects.opened();
      vi.advanceTimersByTime(120_000);
    }
    expect(reason(500)).toBe('unstable');
    expect(reconnects.reactTo(lost, true)).toMatchObject({ reason: 'connection_lost', floorMs: 0 });
    vi.advanceTimersByTime(600_000);
    expect(reason(500)).toBe('stream_error_500');
  });
});
