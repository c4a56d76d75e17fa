import { expect, it } from 'vitest';
import { Ring } from '../../../simulator/accounts/ring.ts';

it('numbers its members from 1 and forgets the oldest beyond its limit', () => {
  const ring = new Ring<string>(3);
  const all: string[] = [];
  for (let number = 1; number <= 50; number++) {
    const { number: given, dropped } = ring.add(`m${number}`);
    all.push(`m${number}`);
    expect(given).toBe(number);
    expect(dropped).toBe(number > 3 ? `m${number - 3}` : undefined);
    expect(ring.since(0)).toEqual(all.slice(-3));
    expect(ring.since(number - 1)).toEqual([`m${number}`]);
    expect(ring.since(number)).toEqual([]);
    expect(ring.size).toBe(Math.min(number, 3));
  }
});
