import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Pace } from '../../../connector/sending/pace.ts';

/** A clock that stands still: whatever waits, waits for good. */
const still = { now: () => 0, monotonicNow: () => 0, random: () => 1 };

describe('the pace of a session', () => {
  const started = async (pace: Pace, pacing: boolean, count: number, signal: AbortSignal) => {
    let ended = 0;
    const waits = Array.from({ length: count }, async () => {
      await pace.keep({ pacing }, signal);
      ended += 1;
    });
    await nextTurn();
    return { waits, ended: () => ended };
  };

  it('lets ten through at once, keeps the eleventh, and lets it off when the process gives up', async () => {
    const stop = new AbortController();
    const { waits, ended } = await started(new Pace(still), true, 11, stop.signal);
    expect(ended()).toBe(10);
    stop.abort();
    await Promise.all(waits);
  });

  it('is no pace at all when it is switched off', async () => {
    const { ended } = await started(new Pace(still), false, 100, new AbortController().signal);
    expect(ended()).toBe(100);
  });
});
