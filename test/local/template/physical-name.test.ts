import fc from 'fast-check';
import { expect, it } from 'vitest';
import { physicalName, stableUuid } from '../../../local/template/physical-name.ts';

it('keeps names within their limit, apart and stable', () => {
  const id = fc.string({ minLength: 1, maxLength: 120, unit: fc.constantFrom(...'abcXYZ019') });
  fc.assert(
    fc.property(id, id, (left, right) => {
      const limits = { charactersMax: 40, suffix: '.fifo' };
      const [one, other] = [physicalName('stack', left, limits), physicalName('stack', right, limits)];
      expect(one.length).toBeLessThanOrEqual(40);
      expect(one.endsWith('.fifo')).toBe(true);
      expect(one === other).toBe(left === right);
      expect(physicalName('stack', left, limits)).toBe(one);
    }),
  );
});

it('makes ids of the usual shape', () => {
  expect(stableUuid('a', 'b')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(stableUuid('a', 'b')).not.toBe(stableUuid('ab'));
});
