import type { WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { DrainReason } from './fleet-event.ts';
import type { Observations } from './observe-workers.ts';

export interface DrainInput {
  readonly generation: number;
  readonly leaving: boolean;
  readonly retiring: boolean;
  readonly live: readonly WorkerRow[];
  readonly observations: Observations;
  readonly nowMs: number;
  readonly matureMs: number;
}

/**
 * Why a worker should be empty, if it should. A worker of a newer revision counts once it has lived a while under the observer's
 * eyes; when the last of them is gone, the older ones serve on.
 *
 * @example drainReason({ generation: 3, live: [{ generation: 4, … }], … }) // 'newer_revision'
 */
export function drainReason(input: DrainInput): DrainReason | undefined {
  if (input.leaving) return 'stopping';
  if (input.retiring) return 'retiring';
  const newer = input.live.some(({ generation, incarnation, draining }) => {
    const firstMs = input.observations.get(incarnation)?.firstMs ?? input.nowMs;
    return generation > input.generation && !draining && input.nowMs - firstMs >= input.matureMs;
  });
  return newer ? 'newer_revision' : undefined;
}
