import type { WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { FleetNumbers } from './fleet-numbers.ts';

/**
 * Whether most sockets of the fleet fell at once, by what its workers' beats say. A session that falls again and again counts once, as far
 * as a worker's own sum can tell: one worker whose network is broken is no storm of the fleet unless it holds most of it.
 *
 * @example isFleetStorm(live, fleetNumbers) // false
 */
export function isFleetStorm(
  live: readonly Pick<WorkerRow, 'sessions' | 'fell'>[],
  { stormShare, stormFallsMin }: Pick<FleetNumbers, 'stormShare' | 'stormFallsMin'>,
): boolean {
  const sessions = live.reduce((sum, each) => sum + each.sessions, 0);
  const fell = live.reduce((sum, each) => sum + Math.min(each.fell ?? 0, each.sessions), 0);
  return fell >= stormFallsMin && fell > sessions * stormShare;
}
