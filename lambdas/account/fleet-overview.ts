import type * as z from 'zod/mini';
import type { ScalerRow, ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { fleet, fleetWorker } from './fleet-schemas.ts';

export interface FleetRows {
  readonly workers: readonly WorkerRow[];
  readonly shards: readonly ShardRow[];
  readonly scaler: ScalerRow | undefined;
}

/** A worker that beats every 1.5 s and was seen with the same beat longer ago than this is silent. */
const silenceMs = 10_000;

/**
 * The fleet as an operator wants to see it. Beats are counters, so a worker is `silent` when its counter is the one that the scaler saw
 * at its last run and that run is some seconds old.
 *
 * @example fleetOverview({ workers, shards, scaler }, { shardCount: 64, nowMs: Date.now() })
 */
export function fleetOverview(
  { workers, shards, scaler }: FleetRows,
  { shardCount, nowMs }: { readonly shardCount: number; readonly nowMs: number },
): z.output<typeof fleet> {
  const shown = workers.map((row) => presentWorker(row, scaler, nowMs));
  const serving = shown.filter(({ state }) => state === 'live' || state === 'draining');
  const sum = (field: 'sessions' | 'capacity') => serving.reduce((total, worker) => total + worker[field], 0);
  const living = new Set(serving.map(({ incarnation }) => incarnation));
  return {
    scaledAt: scaler === undefined ? null : new Date(scaler.at).toISOString(),
    workersDesired: scaler?.desired ?? null,
    sessionsNeeded: scaler?.needed ?? null,
    sessionsConnected: sum('sessions'),
    capacity: sum('capacity'),
    shardCount,
    shardsOwned: shards.filter(({ incarnation }) => incarnation !== undefined && living.has(incarnation)).length,
    workers: shown,
    shards: shards.map(({ shard, owner, epoch, target }) => {
      return { shard, workerId: owner ?? null, epoch, target: target ?? null };
    }),
  };
}

function presentWorker(row: WorkerRow, scaler: ScalerRow | undefined, nowMs: number): z.output<typeof fleetWorker> {
  const { workerId, incarnation, beat, generation, capacity, sessions, shards, startedAt } = row;
  const { memoryBytes, memoryLimitBytes, eventLoopDelayP99Ms } = row;
  const memory = memoryBytes === undefined || memoryLimitBytes === undefined ? null : memoryBytes / memoryLimitBytes;
  return {
    ...{ workerId, incarnation, beat, generation, capacity, sessions, shards, startedAt },
    state: stateOf(row, scaler, nowMs),
    memoryUsedPercent: memory === null ? null : Math.round(memory * 100),
    eventLoopDelayP99Ms: eventLoopDelayP99Ms ?? null,
  };
}

function stateOf(row: WorkerRow, scaler: ScalerRow | undefined, nowMs: number) {
  if (row.dead === true) return 'dead';
  const seen = scaler?.beats[row.incarnation];
  if (seen !== undefined && seen.beat === row.beat && nowMs - seen.since > silenceMs) return 'silent';
  return row.draining ? 'draining' : 'live';
}
