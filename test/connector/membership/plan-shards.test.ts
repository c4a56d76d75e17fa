import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fenceMs, mayAct } from '../../../connector/membership/fence.ts';
import { type Observations, observeWorkers, silenceMsMax } from '../../../connector/membership/observe-workers.ts';
import { planShards } from '../../../connector/membership/plan-shards.ts';
import type { ShardRow, WorkerRow } from '../../../core/fleet/fleet-rows.ts';

const worker = (name: string, fields: Partial<WorkerRow> = {}): WorkerRow => ({
  workerId: `wrk_${name}`,
  incarnation: `inc_${name}`,
  beat: 1,
  generation: 1,
  capacity: 400,
  sessions: 0,
  shards: 0,
  draining: false,
  startedAt: '2026-11-22T00:00:00.000Z',
  processId: 1,
  ...fields,
});
const owned = (shard: number, by: WorkerRow, epoch = 1): ShardRow => ({
  shard,
  epoch,
  owner: by.workerId,
  incarnation: by.incarnation,
});
const claimed = (plan: ReturnType<typeof planShards>) => plan.claim.map(({ shard }) => shard);

describe('planShards', () => {
  const me = worker('me');
  const other = worker('other');

  it('takes everything when alone', () => {
    const plan = planShards({ shardCount: 4, shards: [], live: [me], me, draining: false });
    expect(claimed(plan)).toEqual([0, 1, 2, 3]);
  });

  it('takes no shard of a live worker, and at most its fair share', () => {
    const shards = [owned(0, other)];
    expect(claimed(planShards({ shardCount: 4, shards, live: [me, other], me, draining: false }))).toEqual([1, 2]);
  });

  it('takes the shards of the dead, of those that left, and of its own earlier incarnation at once', () => {
    const earlier = { ...me, incarnation: 'inc_earlier' };
    const shards = [owned(0, other), { shard: 1, epoch: 5 }, owned(2, earlier)];
    expect(claimed(planShards({ shardCount: 3, shards, live: [me, earlier], me, draining: false }))).toEqual([0, 1, 2]);
  });

  it('gives a surplus back, a little at a time, and never below the fair share', () => {
    const shards = Array.from({ length: 40 }, (_, shard) => owned(shard, me));
    const plan = planShards({ shardCount: 40, shards, live: [me, other], me, draining: false });
    expect(plan.release).toEqual([36, 37, 38, 39]);
    const fair = planShards({ shardCount: 40, shards: shards.slice(0, 20), live: [me, other], me, draining: false });
    expect(fair.release).toEqual([]);
  });

  it('claims nothing while draining, and does not count those who drain', () => {
    expect(claimed(planShards({ shardCount: 4, shards: [], live: [me], me, draining: true }))).toEqual([]);
    const leaving = { ...other, draining: true };
    expect(claimed(planShards({ shardCount: 4, shards: [], live: [me, leaving], me, draining: false }))).toHaveLength(
      4,
    );
  });

  it('never lets two workers own a shard: claims are made on what was seen, and the first write wins', () => {
    const step = fc.record({ who: fc.nat(3), kind: fc.constantFrom('plan', 'act', 'crash') });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 60 }), (shardCount, steps) => {
        const rows = new Map<number, ShardRow>();
        const workers = Array.from({ length: 4 }, (_, n) => ({
          row: worker(String(n)),
          alive: true,
          plan: undefined as ReturnType<typeof planShards> | undefined,
          believes: new Set<number>(),
        }));
        for (const { who, kind } of steps) {
          const actor = workers[who]!;
          if (kind === 'crash') {
            actor.alive = false;
            actor.believes.clear();
          } else if (kind === 'plan' && actor.alive) {
            const live = workers.filter(({ alive }) => alive).map(({ row }) => row);
            actor.plan = planShards({ shardCount, shards: [...rows.values()], live, me: actor.row, draining: false });
          } else if (actor.alive && actor.plan !== undefined) {
            for (const { shard, seen } of actor.plan.claim) {
              const now = rows.get(shard);
              // The conditional write.
              if (now?.epoch !== seen?.epoch || now?.incarnation !== seen?.incarnation) continue;
              rows.set(shard, owned(shard, actor.row, (seen?.epoch ?? 0) + 1));
              actor.believes.add(shard);
            }
            for (const shard of actor.plan.release) {
              actor.believes.delete(shard);
              if (rows.get(shard)?.incarnation === actor.row.incarnation)
                rows.set(shard, { shard, epoch: rows.get(shard)!.epoch });
            }
            actor.plan = undefined;
          }
          const owners = workers.flatMap(({ believes }) => [...believes]);
          expect(new Set(owners).size).toBe(owners.length);
        }
      }),
    );
  });
});

describe('observeWorkers', () => {
  it('calls a worker dead only after its own watch of standing still', () => {
    let observations: Observations = new Map();
    const look = (rows: WorkerRow[], nowMs: number) => {
      const seen = observeWorkers(rows, observations, nowMs);
      observations = seen.observations;
      return seen.live.map(({ workerId }) => workerId);
    };
    expect(look([worker('a')], 0)).toEqual(['wrk_a']);
    expect(look([worker('a')], silenceMsMax - 1)).toEqual(['wrk_a']);
    expect(look([worker('a')], silenceMsMax)).toEqual([]);
    expect(look([worker('a', { beat: 2 })], silenceMsMax + 1)).toEqual(['wrk_a']);
    expect(look([worker('a', { beat: 2, dead: true })], silenceMsMax + 2)).toEqual([]);
  });
});

describe('mayAct', () => {
  it('ends well before others may take over', () => {
    expect(mayAct({ lastGoodBeatStartedAtMs: 0, nowMs: fenceMs - 1 })).toBe(true);
    expect(mayAct({ lastGoodBeatStartedAtMs: 0, nowMs: fenceMs })).toBe(false);
    expect(silenceMsMax - fenceMs).toBeGreaterThanOrEqual(1_500);
  });
});
