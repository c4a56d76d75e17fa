import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleetNumbers } from '../../../connector/membership/fleet-numbers.ts';
import { type Move, type PlanMemory, plan, startOfMemory } from '../../../connector/membership/plan.ts';
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
const owned = (shard: number, by: WorkerRow, aimedAt?: WorkerRow): ShardRow => ({
  shard,
  epoch: 1,
  owner: by.workerId,
  incarnation: by.incarnation,
  ...(aimedAt === undefined ? {} : { target: aimedAt.workerId, targetIncarnation: aimedAt.incarnation }),
});
const many = (count: number, by: WorkerRow) => Array.from({ length: count }, (_, shard) => owned(shard, by));
const calm: PlanMemory = { ...startOfMemory(0), tookOverAtMs: Number.NEGATIVE_INFINITY };
const told = (moves: readonly Move[]) =>
  moves.map((move) => `${move.kind} ${move.shard}${move.kind === 'recall' ? '' : ` ${move.to.workerId}`}`);

function planOnce(
  live: readonly WorkerRow[],
  shards: readonly ShardRow[],
  { shardCount = shards.length, nowMs = 1_000_000, memory = calm } = {},
) {
  return plan({ shardCount, shards, live, nowMs, memory, numbers: fleetNumbers });
}

describe('plan', () => {
  const a = worker('a');
  const b = worker('b');

  it('assigns orphans at once, evenly, however many there are', () => {
    const moves = told(planOnce([a, b], [], { shardCount: 40 }).moves);
    expect(moves.filter((move) => move.endsWith('wrk_a'))).toHaveLength(20);
    expect(moves.filter((move) => move.startsWith('assign'))).toHaveLength(40);
  });

  it('counts sessions and capacity, not only shards', () => {
    const full = worker('full', { sessions: 200, shards: 4 });
    const large = worker('large', { capacity: 800 });
    const shards = many(4, full);
    const moves = told(planOnce([full, a, large], shards, { shardCount: 16 }).moves);
    expect(moves.filter((move) => move.endsWith('full'))).toHaveLength(0);
    expect(moves.filter((move) => move.endsWith('large'))).toHaveLength(8);
  });

  it('gives a restarted worker its own shards back, and a prepared target what it was prepared for', () => {
    const before = { ...a, incarnation: 'inc_before' };
    const dead = worker('dead');
    const shards = [owned(0, before), owned(1, dead, b)];
    expect(told(planOnce([a, b], shards).moves)).toEqual(['assign 0 wrk_a', 'assign 1 wrk_b']);
  });

  it('gives orphans to a worker that drains rather than to nobody, and to none that leaves', () => {
    const drains = { ...a, draining: true };
    expect(told(planOnce([drains], [], { shardCount: 2 }).moves)).toEqual(['assign 0 wrk_a', 'assign 1 wrk_a']);
    expect(told(planOnce([drains, b], [], { shardCount: 1 }).moves)).toEqual(['assign 0 wrk_b']);
    expect(planOnce([{ ...drains, leaving: true }], [], { shardCount: 2 }).moves).toEqual([]);
  });

  it('empties draining workers into the newest revision, four at a time between two workers', () => {
    const old = worker('old', { draining: true, sessions: 40, shards: 40 });
    const peer = worker('peer');
    const fresh = [worker('x', { generation: 2 }), worker('y', { generation: 2 })];
    const moves = told(planOnce([old, peer, ...fresh], many(40, old), { shardCount: 80 }).moves);
    // The forty others of the eighty are orphans.
    expect(moves.filter((move) => move.startsWith('aim'))).toHaveLength(8);
    expect(moves.some((move) => move.endsWith('peer'))).toBe(false);
    const onTheWay = many(40, old).map((row, index) => (index < 4 ? owned(row.shard, old, fresh[0]) : row));
    const more = told(planOnce([old, peer, ...fresh], onTheWay).moves);
    expect(more).toEqual(['aim 39 wrk_y', 'aim 38 wrk_y', 'aim 37 wrk_y', 'aim 36 wrk_y']);
  });

  it('fills no new worker beyond its capacity for a drain, but does for one that is leaving', () => {
    const old = worker('old', { draining: true, sessions: 100, shards: 10 });
    const small = worker('small', { generation: 2, capacity: 15 });
    expect(planOnce([old, small], many(10, old)).moves).toHaveLength(1);
    const more = many(10, old).map((row) => (row.shard === 9 ? owned(9, old, small) : row));
    expect(planOnce([old, small], more).moves).toEqual([]);
    expect(planOnce([{ ...old, leaving: true }, small], more).moves).toHaveLength(1);
  });

  it('turns from a target that drains, died, or does not say that it is ready', () => {
    const old = worker('old', { draining: true, sessions: 2, shards: 2 });
    const gone = worker('gone');
    expect(told(planOnce([old, a], [owned(0, old, gone)]).moves)).toEqual(['aim 0 wrk_a']);
    expect(told(planOnce([old, { ...a, draining: true }], [owned(0, old, a)]).moves)).toEqual(['recall 0']);
    const shards = [owned(0, old, a), { ...owned(1, old, a), ready: true }];
    const first = planOnce([old, a, b], shards, { nowMs: 0 });
    expect(first.moves).toEqual([]);
    const later = planOnce([old, a, b], shards, { nowMs: fleetNumbers.readyMs, memory: first.memory });
    expect(told(later.moves)).toEqual(['aim 0 wrk_b']);
  });

  it('moves for the balance only after a minute of surplus, and not within a minute of a take-over', () => {
    const laden = worker('laden', { sessions: 200, shards: 20 });
    const shards = many(20, laden);
    const first = planOnce([laden, a], shards, { nowMs: 0 });
    expect(first.moves).toEqual([]);
    expect(planOnce([laden, a], shards, { nowMs: 59_999, memory: first.memory }).moves).toEqual([]);
    expect(planOnce([laden, a], shards, { nowMs: 60_000, memory: first.memory }).moves).toHaveLength(2);
    const memory = { ...first.memory, tookOverAtMs: 30_000 };
    expect(planOnce([laden, a], shards, { nowMs: 60_000, memory }).moves).toEqual([]);
  });

  it('moves shards without sessions without waiting', () => {
    expect(planOnce([{ ...a, shards: 20 }, b], many(20, a)).moves).toHaveLength(2);
  });

  it('leaves a fifth of difference alone', () => {
    const shards = many(22, a).map((row) => (row.shard < 10 ? owned(row.shard, b) : row));
    const live = [worker('a', { sessions: 120, shards: 12 }), worker('b', { sessions: 100, shards: 10 })];
    const first = planOnce(live, shards, { nowMs: 0 });
    expect(planOnce(live, shards, { nowMs: 600_000, memory: first.memory }).moves).toEqual([]);
  });
});

describe('plan, round after round', () => {
  const fleet = fc.record({
    shardCount: fc.integer({ min: 1, max: 96 }),
    capacities: fc.array(fc.constantFrom(100, 200, 400), { minLength: 1, maxLength: 8 }),
    draining: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    generations: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 8, maxLength: 8 }),
    /** Worker that owns each shard at first; 8 is one that is dead. */
    owners: fc.array(fc.nat(8), { minLength: 96, maxLength: 96 }),
    sessions: fc.array(fc.nat(12), { minLength: 96, maxLength: 96 }),
  });

  it('comes to rest, with every shard owned by a live worker, none on one that drains, and stays so', () => {
    fc.assert(
      fc.property(fleet, ({ shardCount, capacities, draining, generations, owners, sessions }) => {
        const named = capacities.map((capacity, index) =>
          // The first never drains: somebody must take.
          worker(String(index), { capacity, generation: generations[index]!, draining: index > 0 && draining[index]! }),
        );
        const dead = worker('dead');
        const rows = new Map(
          Array.from({ length: shardCount }, (_, shard) => [shard, owned(shard, named[owners[shard]!] ?? dead)]),
        );
        const counted = () =>
          named.map((each) => {
            const own = [...rows.values()].filter(({ incarnation }) => incarnation === each.incarnation);
            const sum = own.reduce((total, { shard }) => total + sessions[shard]!, 0);
            const shardSessions = Object.fromEntries(own.map(({ shard }) => [shard, sessions[shard]!]));
            return { ...each, leaving: each.draining, shards: own.length, sessions: sum, shardSessions };
          });
        let memory = startOfMemory(0);
        let lastMoveRound = 0;
        const perRoundMax = Math.max(1, Math.floor(shardCount / 10));
        for (let round = 1; round <= 600; round++) {
          const input = { shardCount, shards: [...rows.values()], live: counted(), memory, numbers: fleetNumbers };
          const planned = plan({ ...input, nowMs: round * 1_000 });
          memory = planned.memory;
          if (planned.moves.length > 0) lastMoveRound = round;
          expect(planned.moves.filter(({ kind }) => kind === 'aim').length).toBeLessThanOrEqual(perRoundMax);
          for (const move of planned.moves) {
            if (move.kind === 'recall') continue;
            expect(move.to.draining).toBe(false);
            rows.set(move.shard, owned(move.shard, move.to));
          }
        }
        const healthy = new Set(named.filter((each) => !each.draining).map(({ incarnation }) => incarnation));
        expect([...rows.values()].every(({ incarnation }) => healthy.has(incarnation ?? ''))).toBe(true);
        expect(lastMoveRound).toBeLessThan(480);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
