import type { ScalerRow } from '../../core/fleet/fleet-rows.ts';
import { chooseRetiring } from './choose-retiring.ts';
import type { SteeredService } from './connector-service.ts';
import { countNeeded } from './count-needed.ts';
import { type Decision, decide, type FleetFacts } from './decide.ts';
import type { FleetTable } from './fleet-table.ts';
import { liveWorkers } from './live-workers.ts';

export interface ScaleOptions extends Pick<FleetFacts, 'capacity' | 'workersMin' | 'workersMax' | 'zeroAfterMs'> {
  readonly fleet: FleetTable;
  readonly service: SteeredService;
  readonly shardCount: number;
  readonly countInShard: (shard: number) => Promise<number>;
  readonly now: () => number;
}

export interface Scaled extends Pick<Decision, 'reason' | 'desired'> {
  readonly before: number;
  readonly needed: number;
  readonly liveWorkers: number;
  /** Shards that no live worker owns, while a session needs one. */
  readonly orphanedShards: number;
}

/**
 * One run of the scaler: look, decide, remember, tell the workers that should go, ask ECS. `woken`: an API call says that a session needs a
 * connector; the index may not show it yet. Two runs at the same time decide the same.
 *
 * @example await scale({ woken: false }, options) // { before: 2, desired: 3, reason: 'more_sessions', … }
 */
export async function scale({ woken }: { readonly woken: boolean }, options: ScaleOptions): Promise<Scaled> {
  const { fleet, service, shardCount, now } = options;
  const [rows, shards, row, counts] = await Promise.all([
    fleet.workers(),
    fleet.shards(),
    fleet.remembered(),
    service.counts(),
  ]);
  const { desired: before } = counts;
  const nowMs = now();
  const { live, beats } = liveWorkers(rows, row?.beats ?? {}, nowMs);
  const counted = await countNeeded({ shardCount, shards, live }, options.countInShard);
  const needed = Math.max(counted, woken ? 1 : 0);
  const facts = { ...options, needed, desired: before, workers: live, nowMs, memory: row ?? {} };
  const { desired, reason, memory } = decide(facts);
  // Before ECS is asked, so that the API knows of an empty fleet early rather than late.
  await fleet.remember(toRow(memory, { at: nowMs, desired, needed, liveWorkers: live.length, beats }));
  await Promise.all(chooseRetiring(live, { ...counts, desired }).map((change) => fleet.setRetiring(change)));
  if (desired !== before) await service.setDesiredCount(desired);
  const living = new Set(live.map(({ incarnation }) => incarnation));
  const owned = shards.filter(({ incarnation }) => incarnation !== undefined && living.has(incarnation)).length;
  const orphanedShards = needed === 0 ? 0 : Math.max(0, shardCount - owned);
  return { before, desired, reason, needed, liveWorkers: live.length, orphanedShards };
}

/** DynamoDB takes no `undefined`. */
function toRow({ surplusSince, idleSince, loweredAt, relievedAt }: Decision['memory'], rest: ScalerRow): ScalerRow {
  return {
    ...rest,
    ...(surplusSince === undefined ? {} : { surplusSince }),
    ...(idleSince === undefined ? {} : { idleSince }),
    ...(loweredAt === undefined ? {} : { loweredAt }),
    ...(relievedAt === undefined ? {} : { relievedAt }),
  };
}
