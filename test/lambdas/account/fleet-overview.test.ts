import { describe, expect, it } from 'vitest';
import type { ScalerRow, WorkerRow } from '../../../core/fleet/fleet-rows.ts';
import { fleetOverview } from '../../../lambdas/account/fleet-overview.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);

function worker(name: string, fields: Partial<WorkerRow> = {}): WorkerRow {
  return {
    workerId: `wrk_${name}`,
    incarnation: `inc_${name}`,
    beat: 50,
    generation: 3,
    capacity: 400,
    sessions: 10,
    shards: 2,
    draining: false,
    startedAt: new Date(nowMs).toISOString(),
    processId: 1,
    ...fields,
  };
}

function scaler(beats: ScalerRow['beats']): ScalerRow {
  return { at: nowMs - 30_000, desired: 2, liveWorkers: 2, needed: 20, beats };
}

describe('the fleet as administrators see it', () => {
  it('tells workers that beat from those that stand still, drain or are dead', () => {
    const rows = {
      workers: [
        worker('moving'),
        worker('frozen'),
        worker('leaving', { draining: true }),
        worker('gone', { dead: true }),
        worker('new'),
      ],
      shards: [],
      scaler: scaler({
        inc_moving: { beat: 30, since: nowMs - 30_000 },
        inc_frozen: { beat: 50, since: nowMs - 40_000 },
        inc_leaving: { beat: 30, since: nowMs - 30_000 },
      }),
    };
    const { workers, sessionsConnected, capacity } = fleetOverview(rows, { shardCount: 8, nowMs });
    expect(workers.map(({ state }) => state)).toEqual(['live', 'silent', 'draining', 'dead', 'live']);
    expect({ sessionsConnected, capacity }).toEqual({ sessionsConnected: 30, capacity: 1_200 });
  });

  it('counts a shard as owned only while its owner lives', () => {
    const rows = {
      workers: [worker('moving'), worker('gone', { dead: true })],
      shards: [
        { shard: 0, owner: 'wrk_moving', incarnation: 'inc_moving', epoch: 4, target: 'wrk_new' },
        { shard: 1, owner: 'wrk_gone', incarnation: 'inc_gone', epoch: 2 },
        { shard: 2, epoch: 9 },
      ],
      scaler: undefined,
    };
    const overview = fleetOverview(rows, { shardCount: 8, nowMs });
    expect(overview).toMatchObject({ shardCount: 8, shardsOwned: 1, scaledAt: null, workersDesired: null });
    expect(overview.shards[0]).toEqual({ shard: 0, workerId: 'wrk_moving', epoch: 4, target: 'wrk_new' });
    expect(overview.shards[2]).toMatchObject({ workerId: null, target: null });
  });

  it('shows memory as a share of what the task may use', () => {
    const rows = {
      workers: [worker('a', { memoryBytes: 512, memoryLimitBytes: 2_048, eventLoopDelayP99Ms: 12.5 }), worker('b')],
      shards: [],
      scaler: undefined,
    };
    const [a, b] = fleetOverview(rows, { shardCount: 8, nowMs }).workers;
    expect(a).toMatchObject({ memoryUsedPercent: 25, eventLoopDelayP99Ms: 12.5 });
    expect(b).toMatchObject({ memoryUsedPercent: null, eventLoopDelayP99Ms: null });
  });
});
