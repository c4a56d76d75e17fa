import { expect, test } from 'vitest';
import { secondsUntilAgain } from '../../../lambdas/fan-out/come-again.ts';
import { MalformedEventError } from '../../../lambdas/fan-out/parse-envelope.ts';

const receives = [1, 2, 3, 4, 5];
const held = (error: unknown) => receives.reduce((sum, count) => sum + secondsUntilAgain(error, count), 0);

test('a record that can never be an event holds its session for no time at all', () => {
  expect(held(new MalformedEventError('The record is not JSON.'))).toBe(0);
});

test('a fault of ours is tried again within seconds, and holds a session for less than four minutes in all', () => {
  const fault = new Error('DynamoDB is away');
  expect(secondsUntilAgain(fault, 1)).toBeLessThanOrEqual(5);
  expect(held(fault)).toBeLessThan(240);
});
