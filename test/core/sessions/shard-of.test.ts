import { describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { shardOf } from '../../../core/sessions/shard-of.ts';

describe('the shard of a session', () => {
  it('is the same each time', () => {
    expect(shardOf('ses_01k00000000000000000000000', 64)).toBe(shardOf('ses_01k00000000000000000000000', 64));
  });

  it('spreads ids that were made one after the other', () => {
    const counts = new Array<number>(16).fill(0);
    for (let index = 0; index < 16_000; index++) {
      const shard = shardOf(newId('ses'), 16);
      counts[shard] = (counts[shard] ?? Number.NaN) + 1;
    }
    // About 1,000 each with a standard deviation of 31.
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(200);
  });

  it('refuses a number of shards that is none', () => {
    for (const count of [0, -1, 1.5, Number.NaN]) expect(() => shardOf('ses_x', count)).toThrow();
  });
});
