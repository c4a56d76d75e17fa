import { expect, test } from 'vitest';
import { isStorable } from '../../../lambdas/sessions/is-storable.ts';

test.each([
  [{ a: [{ b: 'x' }, null, true, 0, -0, 1.5, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 1e-130] }, true],
  [{ a: { '': 1 } }, false],
  [[[2 ** 53]], false],
  [-(2 ** 53), false],
  [1e-131, false],
  ['', true],
])('%j: %s', (value, expected) => {
  expect(isStorable(value)).toBe(expected);
});
