import type { Task } from '../ecs/task.ts';
import type { WorkerStatus } from './workers.ts';

/** What can be done to a worker, by the last part of `POST /workers/<id>/<action>`. */
export const workerActionNames = ['restart', 'kill', 'kill-task', 'freeze', 'thaw'] as const;

export type WorkerAction = (typeof workerActionNames)[number];

export interface WorkerActionsOptions {
  workers(): Promise<readonly WorkerStatus[]>;
  tasks(): readonly Task[];
  /** Stops a task as ECS does and lets another one take its place. */
  restart(taskId: string): boolean;
}

/** True when it was done, false when there is no such worker, or no connector in its task that could be killed. */
export type ActOnWorker = (workerId: string, action: WorkerAction) => Promise<boolean>;

/**
 * The accidents of a fleet, by hand. `restart`: SIGTERM and a replacement. `kill`: SIGKILL to the connector alone, whose parent starts it again in place.
 * `kill-task`: SIGKILL to everything in the task, as when its host is lost. `freeze`, `thaw`: SIGSTOP and SIGCONT to everything in it.
 *
 * @example await workerActions({ workers, tasks, restart })('0f9d…', 'kill')
 */
export function workerActions({ workers, tasks, restart }: WorkerActionsOptions): ActOnWorker {
  return async (workerId, action) => {
    const worker = (await workers()).find((each) => each.id === workerId);
    const task = tasks().find(({ pid, identity }) => pid === worker?.pid || identity.id === workerId);
    if (task === undefined) return false;
    switch (action) {
      case 'restart':
        return restart(task.identity.id);
      case 'kill':
        if (worker === undefined || worker.pid === task.pid) return false;
        process.kill(worker.pid, 'SIGKILL');
        return true;
      case 'kill-task':
        task.signalAll('SIGKILL');
        return true;
      case 'freeze':
        task.signalAll('SIGSTOP');
        return true;
      case 'thaw':
        task.signalAll('SIGCONT');
        return true;
    }
  };
}
