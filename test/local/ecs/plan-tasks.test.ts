import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlannedTask, planTasks } from '../../../local/ecs/plan-tasks.ts';

const rolling = { minimumHealthyPercent: 100, maximumPercent: 200, waiting: 0 };
const task = (name: string, kind: Partial<PlannedTask> = {}) => ({
  ...{ name, current: true, running: true, protected: false },
  ...kind,
});
const names = (tasks: readonly { readonly name: string }[]) => tasks.map(({ name }) => name);

describe('without a deployment', () => {
  it('starts what is missing, apart from what waits for a replacement already', () => {
    expect(planTasks({ ...rolling, desiredCount: 3, tasks: [task('a')], waiting: 1 }).start).toBe(1);
  });

  it('stops the youngest, and spares the protected', () => {
    const tasks = [task('a'), task('b'), task('c', { protected: true })];
    const plan = planTasks({ ...rolling, desiredCount: 1, tasks });
    expect(names(plan.stop)).toEqual(['b', 'a']);
    expect(plan.unfinished).toBe(false);
    expect(planTasks({ ...rolling, desiredCount: 0, tasks })).toMatchObject({ unfinished: true });
  });
});

describe('a deployment', () => {
  const old = [task('a', { current: false }), task('b', { current: false })];

  it('starts the new ones first, and stops old ones only for new ones that run', () => {
    expect(planTasks({ ...rolling, desiredCount: 2, tasks: old })).toEqual({ start: 2, stop: [], unfinished: true });
    const young = [task('c'), task('d', { running: false })];
    expect(names(planTasks({ ...rolling, desiredCount: 2, tasks: [...old, ...young] }).stop)).toEqual(['b']);
  });

  it('never has more than the maximum nor, by its own doing, less than the minimum', () => {
    const anyTask = fc.record({ current: fc.boolean(), running: fc.boolean(), protected: fc.boolean() });
    const input = fc.record({ desiredCount: fc.nat(6), tasks: fc.array(anyTask, { maxLength: 12 }) });
    fc.assert(
      fc.property(input, ({ desiredCount, tasks }) => {
        const plan = planTasks({ ...rolling, desiredCount, tasks });
        const deploying = tasks.some(({ current }) => !current);
        if (deploying && plan.start > 0) expect(tasks.length + plan.start).toBeLessThanOrEqual(2 * desiredCount);
        expect(plan.stop.filter((each) => each.protected)).toEqual([]);
        const stoppedOld = plan.stop.filter(({ current }) => !current);
        const running = tasks.filter((each) => each.running).length;
        if (stoppedOld.length > 0) expect(running - stoppedOld.length).toBeGreaterThanOrEqual(desiredCount);
      }),
    );
  });
});
