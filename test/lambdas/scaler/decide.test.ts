import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type FleetFacts, lowerEveryMs, relieveEveryMs } from '../../../lambdas/scaler/decide.ts';

const minute = 60_000;
const now = 1_000 * minute;
const facts = (some: Partial<FleetFacts>): FleetFacts => ({
  needed: 100,
  capacity: 400,
  desired: 2,
  workers: [],
  workersMin: 2,
  workersMax: 20,
  zeroAfterMs: 15 * minute,
  nowMs: now,
  memory: {},
  ...some,
});

describe('more tasks', () => {
  it.each([
    [1, 2],
    [520, 2],
    [521, 3],
    [2_600, 10],
    [50_000, 20],
  ])('%i sessions at 65 %% of 400 are %i tasks, within the bounds and at once', (needed, tasks) => {
    expect(decide(facts({ needed, desired: 0 }))).toMatchObject({ desired: tasks, reason: 'more_sessions' });
  });

  it('are added when a quarter of the workers is short of memory or time, and then not again for a while', () => {
    const tight = { memoryBytes: 76, memoryLimitBytes: 100 };
    const late = { eventLoopDelayP99Ms: 101 };
    const fine = { memoryBytes: 75, memoryLimitBytes: 100, eventLoopDelayP99Ms: 100 };
    for (const workers of [[tight, fine, fine, fine], [late, fine], [late]]) {
      const decision = decide(facts({ workers }));
      expect(decision).toEqual({ desired: 3, reason: 'strained', memory: { relievedAt: now } });
      expect(decide(facts({ workers, desired: 3, memory: decision.memory })).desired).toBe(3);
      const later = now + relieveEveryMs;
      expect(decide(facts({ workers, desired: 3, memory: decision.memory, nowMs: later })).desired).toBe(4);
      expect(decide(facts({ workers, desired: 20 })).desired).toBe(20);
    }
    expect(decide(facts({ workers: [tight, fine, fine, fine, fine] })).reason).toBe('enough');
    expect(decide(facts({ workers: [fine, {}] })).reason).toBe('enough');
  });
});

describe('fewer tasks', () => {
  it('go one at a time, each after a quarter of an hour of surplus without a break', () => {
    let desired = 5;
    let memory = {};
    const lowered: number[] = [];
    for (let passed = 0; passed <= 60; passed += 1) {
      const decision = decide(facts({ needed: 700, desired, memory, nowMs: now + passed * minute }));
      if (decision.desired < desired) lowered.push(passed);
      ({ desired, memory } = decision);
    }
    expect(lowered).toEqual([15, 30]);
    expect(desired).toBe(3);
  });

  it('wait anew after a break', () => {
    const first = decide(facts({ desired: 5 }));
    expect(first).toEqual({ desired: 5, reason: 'waits_to_lower', memory: { surplusSince: now } });
    const needed = decide(facts({ desired: 5, needed: 1_300, memory: first.memory, nowMs: now + minute }));
    expect(needed.memory).toEqual({});
    const again = decide(facts({ desired: 5, memory: needed.memory, nowMs: now + lowerEveryMs }));
    expect(again.reason).toBe('waits_to_lower');
  });
});

describe('no task', () => {
  it('runs when nobody needed one for long enough, whatever the minimum', () => {
    const memory = decide(facts({ needed: 0 })).memory;
    const at = (nowMs: number) => decide(facts({ needed: 0, memory, nowMs }));
    expect(at(now + 15 * minute - 1)).toMatchObject({ desired: 2, reason: 'waits_to_lower' });
    expect(at(now + 15 * minute)).toMatchObject({ desired: 0, reason: 'nobody' });
    expect(decide(facts({ needed: 0, desired: 0 }))).toMatchObject({ desired: 0, reason: 'enough' });
  });

  it('counts from the last one that needed a connector, not from when fewer tasks were enough', () => {
    const surplus = decide(facts({ needed: 1, desired: 5 })).memory;
    const idle = decide(facts({ needed: 0, desired: 5, memory: surplus, nowMs: now + 14 * minute }));
    expect(idle.reason).toBe('waits_to_lower');
    const later = decide(facts({ needed: 0, desired: 5, memory: idle.memory, nowMs: now + 28 * minute }));
    expect(later).toMatchObject({ desired: 5, reason: 'waits_to_lower' });
  });

  it('never runs dry where that is not wanted', () => {
    expect(decide(facts({ needed: 0, desired: 0, zeroAfterMs: undefined })).desired).toBe(2);
  });
});

it('stays within the bounds while somebody needs a task, and never leaves sessions without room', () => {
  const arbitrary = fc.record({
    needed: fc.integer({ min: 1, max: 100_000 }),
    capacity: fc.integer({ min: 1, max: 2_000 }),
    desired: fc.integer({ min: 0, max: 300 }),
    workersMin: fc.integer({ min: 1, max: 5 }),
    workersMax: fc.integer({ min: 5, max: 300 }),
    memory: fc.record({ surplusSince: fc.integer({ min: 0, max: now }), loweredAt: fc.integer({ min: 0, max: now }) }),
  });
  fc.assert(
    fc.property(arbitrary, (some) => {
      const { desired } = decide(facts(some));
      const room = Math.min(
        some.workersMax,
        Math.max(some.workersMin, Math.ceil(some.needed / (some.capacity * 0.65))),
      );
      expect(desired).toBeGreaterThanOrEqual(room);
      if (desired > some.desired) expect(desired).toBe(room);
      else expect(desired).toBeGreaterThanOrEqual(some.desired - 1);
    }),
  );
});
