import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { memoryLimit, monitorHealth } from '../../connector/health.ts';

/** Holds the event loop of this process. */
function block(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('health of a worker', () => {
  it('shows an event loop that was held, remembers it for one window more, then forgets it', async () => {
    let nowMs = 0;
    const monitor = monitorHealth(() => nowMs);
    // The timer must have ticked before and after.
    await sleep(50);
    block(400);
    await sleep(50);
    expect(monitor.read().eventLoopDelayP99Ms).toBeGreaterThanOrEqual(300);
    nowMs += 30_000;
    monitor.read();
    expect(monitor.read().eventLoopDelayP99Ms).toBeGreaterThanOrEqual(300);
    nowMs += 30_000;
    monitor.read();
    expect(monitor.read().eventLoopDelayP99Ms).toBeLessThan(300);
    monitor.stop();
  });

  it('knows its memory and what it may use', () => {
    const monitor = monitorHealth(() => 0);
    const { memoryBytes, memoryLimitBytes } = monitor.read();
    expect(memoryBytes).toBeGreaterThan(10 * 2 ** 20);
    expect(memoryLimitBytes).toBeGreaterThan(memoryBytes);
    monitor.stop();
  });

  it.each([
    [0, 100, 100],
    [50, 100, 50],
    [2 ** 63, 100, 100],
  ])('takes the limit %d of a machine with %d as %d', (constrained, machine, limit) => {
    expect(memoryLimit(constrained, machine)).toBe(limit);
  });
});
