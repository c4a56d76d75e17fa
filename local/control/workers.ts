import type { WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { Task } from '../ecs/task.ts';
import { processAlive, processGroup } from '../process/process-alive.ts';

/** One worker as `GET /status` shows it. */
export interface WorkerStatus {
  readonly id: string;
  readonly pid: number;
  readonly sessions: number;
  readonly shards: number;
  /** As the worker's last beat told it. */
  readonly eventLoopDelayP99Ms?: number;
}

/**
 * The workers that run: rows of the fleet table whose process belongs to a task, and tasks that have not written a row yet, with zeros. Rows of
 * dead processes and of earlier runs are left out.
 */
export function runningWorkers(rows: readonly WorkerRow[], tasks: readonly Task[]): readonly WorkerStatus[] {
  return tasks.map((task) => {
    const row = rows.find((each) => each.dead !== true && belongsTo(each.processId, task));
    if (row === undefined) return { id: task.identity.id, pid: task.pid, sessions: 0, shards: 0 };
    const { workerId: id, processId: pid, sessions, shards, eventLoopDelayP99Ms } = row;
    return { id, pid, sessions, shards, ...(eventLoopDelayP99Ms === undefined ? {} : { eventLoopDelayP99Ms }) };
  });
}

/** The task's process is the leader of a group in which the connector runs too. Without `/proc` only the leader itself is recognised. */
function belongsTo(pid: number, task: Task): boolean {
  return pid === task.pid || (processAlive(pid) && processGroup(pid) === task.pid);
}
