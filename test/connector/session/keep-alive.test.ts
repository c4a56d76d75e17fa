import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeepAlive } from '../../../connector/session/keep-alive.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const periodMs = 1_000;

function keepAlive(random: number, pulse: () => Promise<void> = async () => undefined) {
  const pulses: number[] = [];
  const onTrouble = vi.fn();
  const made = new KeepAlive({
    random: () => random,
    periodMs,
    pulse: async () => {
      pulses.push(Date.now());
      await pulse();
    },
    onTrouble,
  });
  return { made, pulses, onTrouble };
}

it.each([
  [0, 0, 750],
  [0.5, 500, 1_000],
  [0.999, 999, 1_249.5],
])('with a chance of %d pulses first after %d ms, and then each %d ms', async (random, firstMs, everyMs) => {
  const { made, pulses } = keepAlive(random);
  const startedAt = Date.now();
  made.start();
  await vi.advanceTimersByTimeAsync(10 * periodMs);
  expect(Math.abs((pulses[0] ?? 0) - startedAt - firstMs)).toBeLessThanOrEqual(1);
  const gaps = pulses.slice(1).map((at, n) => at - (pulses[n] ?? 0));
  expect(gaps.length).toBeGreaterThanOrEqual(7);
  for (const gap of gaps) expect(Math.abs(gap - everyMs)).toBeLessThanOrEqual(1);
});

it('ends at once, also during a pulse, and begins anew with the next connection', async () => {
  const answers = Promise.withResolvers<void>();
  const { made, pulses } = keepAlive(0.5, () => answers.promise);
  made.start();
  await vi.advanceTimersByTimeAsync(periodMs);
  expect(pulses).toHaveLength(1);
  made.stop();
  answers.resolve();
  await vi.advanceTimersByTimeAsync(10 * periodMs);
  expect(pulses).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
  made.start();
  made.start();
  await vi.advanceTimersByTimeAsync(periodMs);
  expect(pulses).toHaveLength(2);
});

it('goes on after a pulse that failed', async () => {
  const { made, pulses, onTrouble } = keepAlive(0.5, () => Promise.reject(new Error('no table')));
  made.start();
  await vi.advanceTimersByTimeAsync(3 * periodMs);
  expect(pulses.length).toBeGreaterThanOrEqual(2);
  expect(onTrouble).toHaveBeenCalledTimes(pulses.length);
});
