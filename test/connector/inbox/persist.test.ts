import { describe, expect, it } from 'vitest';
import { persist } from '../../../connector/inbox/persist.ts';

describe('persist', () => {
  const clock = { monotonicNow: () => 0, random: () => 0 };

  it('repeats until it works', async () => {
    let calls = 0;
    const work = async () => {
      calls += 1;
      if (calls < 3) throw new Error('not yet');
      return calls;
    };
    expect(await persist(work, { ...clock, timeoutMs: 10_000 })).toBe(3);
  });

  it('gives up with the last error when the time is over', async () => {
    let nowMs = 0;
    const work = async () => {
      nowMs += 400;
      throw new Error(`failed at ${nowMs}`);
    };
    await expect(persist(work, { ...clock, monotonicNow: () => nowMs, timeoutMs: 1_000 })).rejects.toThrow(
      /failed at 800|failed at 1200/,
    );
  });
});
