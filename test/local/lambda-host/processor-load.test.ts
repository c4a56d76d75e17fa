import { describe, expect, it } from 'vitest';
import { busyShare, createProcessorLoad } from '../../../local/lambda-host/processor-load.ts';

describe('the load of the processors', () => {
  it('is the share that was not idle', () => {
    expect(busyShare({ idleMs: 1_000, allMs: 4_000 }, { idleMs: 1_250, allMs: 5_000 })).toBe(0.75);
    expect(busyShare({ idleMs: 1_000, allMs: 4_000 }, { idleMs: 1_000, allMs: 4_000 })).toBe(0);
  });

  it('looks again only after a while, and compares with the look before', () => {
    let nowMs = 0;
    let times = { idleMs: 0, allMs: 0 };
    const load = createProcessorLoad(
      () => times,
      () => nowMs,
    );
    times = { idleMs: 100, allMs: 1_000 };
    expect(load()).toBe(0);
    nowMs = 500;
    expect(load()).toBe(0.9);
    times = { idleMs: 1_100, allMs: 2_000 };
    expect(load()).toBe(0.9);
    nowMs = 1_000;
    expect(load()).toBe(0);
  });
});
