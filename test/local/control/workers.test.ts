import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import type { WorkerRow } from '../../../core/fleet/fleet-rows.ts';
import { runningWorkers } from '../../../local/control/workers.ts';
import type { Task } from '../../../local/ecs/task.ts';

const groups: number[] = [];

afterEach(() => {
  for (const group of groups.splice(0)) process.kill(-group, 'SIGKILL');
});

/** A process group with a leader and a child, as the connector's container is. */
async function group(): Promise<{ leader: number; child: number }> {
  const leader = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(leader.stdout, 'data')) as [Buffer];
  groups.push(leader.pid as number);
  return { leader: leader.pid as number, child: Number(line.toString()) };
}

const task = (id: string, pid: number) => ({ identity: { id }, pid }) as unknown as Task;

const row = (workerId: string, processId: number, more: Partial<WorkerRow> = {}): WorkerRow => ({
  ...{ workerId, incarnation: 'inc', beat: 1, generation: 1, capacity: 400, sessions: 7, shards: 4, draining: false },
  ...{ startedAt: '2026-11-22T17:00:00.000Z', processId, ...more },
});

it('shows the row of the connector that runs inside the task', async () => {
  const { leader, child } = await group();
  const shown = runningWorkers([row('other', 1), row('wrk_1', child)], [task('task-1', leader)]);
  expect(shown).toEqual([{ id: 'wrk_1', pid: child, sessions: 7, shards: 4 }]);
});

it('shows a task without a row by its own id, and no rows without a task', async () => {
  const { leader, child } = await group();
  const rows = [row('gone', 2 ** 22 - 1), row('dead', child, { dead: true }), row('elsewhere', process.pid)];
  expect(runningWorkers(rows, [task('task-1', leader)])).toEqual([
    { id: 'task-1', pid: leader, sessions: 0, shards: 0 },
  ]);
  expect(runningWorkers(rows, [])).toEqual([]);
});
