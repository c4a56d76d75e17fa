import type { WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { TaskCounts } from './connector-service.ts';

export interface RetiringChange {
  readonly workerId: string;
  readonly incarnation: string;
  readonly retiring: boolean;
}

/**
 * Which workers should empty themselves, so that ECS finds tasks without protection to stop; only what changes is answered.
 *
 * - Workers of a later revision than the service asks for are what a rollback left: all of them go. The older ones drain while a newer
 *   worker serves, so without this word both would wait for each other; once the newer ones drain, the older ones serve again.
 * - During a deployment nobody else: the older revision empties itself anyway, and the one that is asked for is needed.
 * - Else as many as are too much, those with the fewest sessions first. A worker that is needed again is told so.
 *
 * Rows count only as far as ECS has tasks for them, since a dead worker's row looks alive for a while.
 *
 * @example chooseRetiring(live, { desired: 2, running: 3 }) // [{ workerId: '0f9d…', incarnation: 'inc_…', retiring: true }]
 */
export function chooseRetiring(live: readonly WorkerRow[], counts: TaskCounts): readonly RetiringChange[] {
  const order = live.toSorted(
    (one, other) =>
      Number(other.retiring === true) - Number(one.retiring === true) ||
      one.sessions - other.sessions ||
      (one.workerId < other.workerId ? -1 : 1),
  );
  const retires = isDeploying(live, counts) ? inDeployment(counts) : theFirst(surplusOf(live, counts), order);
  return order
    .map((worker) => ({ worker, retiring: retires(worker) }))
    .filter(({ worker, retiring }) => (worker.retiring === true) !== retiring)
    .map(({ worker: { workerId, incarnation }, retiring }) => ({ workerId, incarnation, retiring }));
}

type Retires = (worker: WorkerRow) => boolean;

function isDeploying(live: readonly WorkerRow[], { desired, revision = 0 }: TaskCounts): boolean {
  const generations = new Set(live.map(({ generation }) => generation));
  return desired > 0 && (generations.size > 1 || (revision > 0 && Math.max(...generations) > revision));
}

function inDeployment({ revision }: TaskCounts): Retires {
  return ({ generation, retiring }) => {
    if (revision === undefined || generation < revision) return retiring === true;
    return generation > revision;
  };
}

function surplusOf(live: readonly WorkerRow[], { desired, running }: TaskCounts): number {
  return Math.max(0, Math.min(live.length, running) - desired);
}

function theFirst(count: number, order: readonly WorkerRow[]): Retires {
  const going = new Set(order.slice(0, count));
  return (worker) => going.has(worker);
}
