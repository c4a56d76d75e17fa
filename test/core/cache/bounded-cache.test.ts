import { describe, expect, it } from 'vitest';
import { BoundedCache } from '../../../core/cache/bounded-cache.ts';

describe('BoundedCache', () => {
  it('keeps the entries that were used last', () => {
    const cache = new BoundedCache<string, number>({ entriesMax: 2 });
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
    cache.set('a', 4);
    expect([cache.get('a'), cache.get('c')]).toEqual([4, 3]);
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
  });

  it('gives out nothing that is too old, however often it was used', () => {
    let now = 0;
    const cache = new BoundedCache<string, number>({ entriesMax: 2, maxAgeMs: 100, now: () => now });
    cache.set('a', 1);
    now = 60;
    expect(cache.get('a')).toBe(1);
    now = 99;
    expect(cache.get('a')).toBe(1);
    now = 100;
    expect(cache.get('a')).toBeUndefined();
  });
});
