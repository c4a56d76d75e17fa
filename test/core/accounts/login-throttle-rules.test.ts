import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../core/accounts/client-network.ts';
import {
  accountRules,
  addressRules,
  decideTry,
  delayAfterMs,
  type ThrottleState,
} from '../../../core/accounts/login-throttle-rules.ts';

const start = Date.UTC(2026, 10, 22);

/** How many of the tries, each some time after the one before, are admitted. */
function admittedOf(gapsMs: Iterable<number>, rules = accountRules): number {
  let state: ThrottleState | undefined;
  let now = start;
  let admitted = 0;
  for (const gap of gapsMs) {
    now += gap;
    const decision = decideTry(state, rules, now);
    if (decision.kind === 'refuse') continue;
    admitted++;
    state = decision.next;
  }
  return admitted;
}

describe('decideTry', () => {
  it('gives five free tries, then waits that double up to 15 minutes', () => {
    expect([4, 5, 6, 7, 8, 9, 10, 11, 500].map((failures) => delayAfterMs(failures, accountRules) / 1_000)).toEqual([
      0, 30, 60, 120, 240, 480, 900, 900, 900,
    ]);
  });

  it.each([0, 100, 1_000, 8_000])('evaluates at most 20 of 1,000 tries that are %i ms apart', (gapMs) => {
    expect(admittedOf(Array(1_000).fill(gapMs))).toBeLessThanOrEqual(20);
  });

  it('never admits more than the ladder allows in the time, however the tries are spread', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 300 }), (gaps) => {
        const elapsedMs = gaps.slice(1).reduce((a, b) => a + b, 0);
        // Five free ones that grow back one an hour, five steps of the ladder, then one in 15 minutes.
        const most = 5 + Math.ceil(elapsedMs / accountRules.forgiveMs) + 5 + Math.ceil(elapsedMs / 900_000);
        expect(admittedOf(gaps)).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('admits a refused caller exactly when it was told to come again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 40 }), fc.nat(900_000), (failures, quietMs) => {
        const state = { failures, lastTryMs: start };
        const decision = decideTry(state, accountRules, start + quietMs);
        if (decision.kind === 'admit') return;
        const again = start + quietMs + decision.retryAfterSeconds * 1_000;
        expect(decideTry(state, accountRules, again).kind).toBe('admit');
        expect(decideTry(state, accountRules, again - 1_000).kind).toBe('refuse');
      }),
    );
  });

  it('forgives one failure for each quiet hour', () => {
    const state = { failures: 4, lastTryMs: start };
    const next = (hours: number) => decideTry(state, accountRules, start + hours * 3_600_000);
    expect(next(0.9)).toMatchObject({ next: { failures: 5 }, isForgiven: false });
    expect(next(2)).toMatchObject({ next: { failures: 3 }, isForgiven: true });
    expect(next(100)).toMatchObject({ next: { failures: 1 }, isForgiven: true });
  });

  it('is wider for an address, which may be a whole office', () => {
    expect(admittedOf(Array(1_000).fill(0), addressRules)).toBe(50);
  });
});

describe('networkOf', () => {
  it('takes an IPv4 address as it is and an IPv6 address by its /64', () => {
    expect(networkOf('203.0.113.7')).toBe('203.0.113.7');
    expect(networkOf('::ffff:203.0.113.7')).toBe('203.0.113.7');
    expect(networkOf('2001:db8:1:2:3::4')).toBe(networkOf('2001:db8:1:2:ffff::'));
    expect(networkOf('2001:db8:1:3::')).not.toBe(networkOf('2001:db8:1:2::'));
    expect(networkOf('not an address')).toBe('unknown');
  });
});
