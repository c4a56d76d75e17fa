import { randomUUID } from 'node:crypto';
import type { ScheduleSpec, ScheduleTarget } from './read-schedules.ts';

/** Node's longest timer; a later occurrence is waited for in several steps. */
const timerMsMax = 2 ** 31 - 1;

export interface SchedulerOptions {
  readonly schedules: readonly ScheduleSpec[];
  readonly accountId: string;
  readonly region: string;
  /** Starts a function; the scheduler does not wait for it. */
  invoke(functionArn: string, event: unknown): void;
}

export interface Scheduler {
  readonly names: readonly string[];
  /** Starts a schedule's targets now, enabled or not. False when there is none with this name. */
  fire(name: string): boolean;
  stop(): void;
}

/**
 * Fires schedules at their times. What falls into a time when the runner is down is left out, as it would be if EventBridge were told not to retry.
 *
 * @example const scheduler = startScheduler({ schedules, accountId, region, invoke }); scheduler.fire('wharf-sweep');
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const timers = new Map<string, NodeJS.Timeout>();
  const fire = (schedule: ScheduleSpec) => {
    for (const target of schedule.targets) options.invoke(target.functionArn, targetEvent(schedule, target, options));
  };
  const arm = (schedule: ScheduleSpec, afterMs: number) => {
    const at = schedule.next(afterMs);
    if (at === undefined) return;
    const wait = () => {
      const remainingMs = at - Date.now();
      if (remainingMs > 0) {
        timers.set(schedule.name, setTimeout(wait, Math.min(remainingMs, timerMsMax)));
        return;
      }
      fire(schedule);
      arm(schedule, Math.max(at, Date.now()));
    };
    wait();
  };
  for (const schedule of options.schedules) if (schedule.enabled) arm(schedule, Date.now());
  return {
    names: options.schedules.map((schedule) => schedule.name),
    fire: (name) => {
      const schedule = options.schedules.find((each) => each.name === name);
      if (schedule !== undefined) fire(schedule);
      return schedule !== undefined;
    },
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

function targetEvent(schedule: ScheduleSpec, target: ScheduleTarget, options: SchedulerOptions): unknown {
  if (target.input !== undefined) return JSON.parse(target.input);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: options.accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region: options.region,
    resources: [schedule.arn],
    detail: {},
  };
}
