import { expect, it } from 'vitest';
import { isPattern, testPattern } from '../../../core/auto-reply/re2-pattern.ts';

it('tests without regard to case', () => {
  expect(testPattern('^order \\d+$', 'Order 4711')).toBe(true);
  expect(testPattern('^order \\d+$', 'my order 4711')).toBe(false);
});

it('is not made slow by what makes other engines hang', () => {
  expect(testPattern('^(a+)+$', `${'a'.repeat(5_000)}!`)).toBe(false);
});

it('takes a pattern that is none as one that fits nothing', () => {
  expect(isPattern('a(?=b)')).toBe(false);
  expect(isPattern('(a)\\1')).toBe(false);
  expect(isPattern('a{1,2000}')).toBe(false);
  expect(isPattern('a{1,20}')).toBe(true);
  expect(testPattern('a(?=b)', 'ab')).toBe(false);
});
