import type { WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { TaskCounts } from './connector-service.ts';

export interface RetiringChange {
  readonly workerId: string;
  readonly incarnation: string;
  readonly retiring: boolean;
}

/**
 * Which workers should empty themselves, so that ECS finds tasks without protection to stop: as many as are too much, those with the fewest
 * sessions first. A worker that is needed again is told so. Only what changes is answered. Rows count only as far as ECS has tasks for
 * them, since a dead worker's row looks alive for a while; and during a deployment the older revision empties itself anyway.
 *
 * @example chooseRetiring(live, { desired: 2, running: 3 }) // [{ workerId: '0f9d…', incarnation: 'inc_…', retiring: true }]
 */
export function chooseRetiring(
  live: readonly WorkerRow[],
  { desired, running }: TaskCounts,
): readonly RetiringChange[] {
  const deploying = new Set(live.map(({ generation }) => generation)).size > 1;
  if (deploying && desired > 0) return [];
  const order = live.toSorted(
    (one, other) =>
      Number(other.retiring === true) - Number(one.retiring === true) ||
      one.sessions - other.sessions ||
      (one.workerId < other.workerId ? -1 : 1),
  );
  const surplus = Math.max(0, Math.min(live.length, running) - desired);
  return order
    .map((worker, index) => ({ worker, retiring: index < surplus }))
    .filter(({ worker, retiring }) => (worker.retiring === true) !== retiring)
    .map(({ worker: { workerId, incarnation }, retiring }) => ({ workerId, incarnation, retiring }));
}
