import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleetStore, type FleetStore } from '../../../connector/storage/fleet-store.ts';
import type { ShardRow, WorkerRow } from '../../../core/fleet/fleet-rows.ts';
import { fuzzSeed } from '../../support/fuzz-seed.ts';
import { MemoryFleetTable } from '../membership/support/memory-fleet-table.ts';
import { startTestTables, type TestTables } from '../support/test-tables.ts';

const one = { workerId: 'wrk_1', incarnation: 'inc_1' };
const again = { workerId: 'wrk_1', incarnation: 'inc_1b' };
const two = { workerId: 'wrk_2', incarnation: 'inc_2' };
const row = (owner: typeof one): WorkerRow => ({
  ...owner,
  beat: 0,
  generation: 1,
  capacity: 400,
  sessions: 0,
  shards: 0,
  draining: false,
  startedAt: '2026-11-22T00:00:00.000Z',
  processId: 1,
});
const beat = { beat: 1, sessions: 3, shards: 2, draining: false, leaving: false };

describe('the fleet table', () => {
  let tables: TestTables;
  let fleet: FleetStore;
  let shard = 100;

  beforeAll(async () => {
    tables = await startTestTables();
    fleet = createFleetStore({ dynamodb: tables.dynamodb, tableName: tables.names.fleet });
  });

  afterAll(() => tables?.stop());

  /** A shard of `one`, under its first epoch. */
  const ownedByOne = async (): Promise<ShardRow> => {
    shard += 1;
    expect(await fleet.claim(shard, undefined, one)).toBe(1);
    return (await fleet.shard(shard))!;
  };

  it('gives a shard to one of two who claim it on the same look', async () => {
    const seen = await ownedByOne();
    const epochs = await Promise.all([fleet.claim(shard, seen, two), fleet.claim(shard, seen, again)]);
    expect(epochs.filter((epoch) => epoch === 2)).toHaveLength(1);
    expect(epochs.filter((epoch) => epoch === undefined)).toHaveLength(1);
  });

  it('refuses every write of an owner whose shard was taken over', async () => {
    const seen = await ownedByOne();
    const held = { shard, epoch: 1 };
    expect(await fleet.claim(shard, seen, two)).toBe(2);
    expect(await fleet.handOver(held, one, again)).toBe(false);
    expect(await fleet.release(held, one)).toBe(false);
    expect(await fleet.claim(shard, seen, one)).toBeUndefined();
    expect(await fleet.aim(seen, again)).toBe(false);
    expect(await fleet.shard(shard)).toEqual({ shard, epoch: 2, owner: 'wrk_2', incarnation: 'inc_2' });
  });

  it('hands over by way of a target that says it is ready', async () => {
    const seen = await ownedByOne();
    expect(await fleet.aim(seen, two)).toBe(true);
    const aimed = (await fleet.shard(shard))!;
    expect(aimed).toMatchObject({ owner: 'wrk_1', target: 'wrk_2', targetIncarnation: 'inc_2' });
    // A planner that still sees the row without its target is too late.
    expect(await fleet.aim(seen, again)).toBe(false);
    expect(await fleet.ready(aimed, again)).toBe(false);
    expect(await fleet.ready(aimed, two)).toBe(true);
    expect((await fleet.shard(shard))?.ready).toBe(true);
    expect(await fleet.handOver({ shard, epoch: 1 }, one, two)).toBe(true);
    expect(await fleet.shard(shard)).toEqual({ shard, epoch: 2, owner: 'wrk_2', incarnation: 'inc_2' });
    // The same write a second time, as after a lost answer.
    expect(await fleet.handOver({ shard, epoch: 1 }, one, two)).toBe(false);
  });

  it('recalls a target, and lets a shard go free with its epoch', async () => {
    await fleet.aim(await ownedByOne(), two);
    expect(await fleet.aim((await fleet.shard(shard))!, undefined)).toBe(true);
    expect(await fleet.shard(shard)).toEqual({ shard, epoch: 1, owner: 'wrk_1', incarnation: 'inc_1' });
    expect(await fleet.release({ shard, epoch: 1 }, one)).toBe(true);
    expect(await fleet.shard(shard)).toEqual({ shard, epoch: 1 });
    expect(await fleet.claim(shard, await fleet.shard(shard), two)).toBe(2);
  });

  it('beats, marks and leaves only for the incarnation that is registered', async () => {
    await fleet.register(row(one));
    await fleet.nudge('wrk_1');
    expect(await fleet.beat(one, beat)).toEqual({ ...row(one), ...beat, look: 1 });
    await fleet.register(row(again));
    expect(await fleet.beat(one, beat)).toBeUndefined();
    expect(await fleet.markDead(one)).toBe(false);
    await fleet.leave(one);
    expect(await fleet.markDead(again)).toBe(true);
    expect(await fleet.workers()).toEqual([{ ...row(again), dead: true }]);
    await fleet.leave(again);
    expect(await fleet.workers()).toEqual([]);
    await fleet.nudge('wrk_1');
    expect(await fleet.workers()).toEqual([]);
  });

  it('lets one of two become the planner', async () => {
    const lease = (owner: typeof one, count: number) => ({ ...owner, beat: count, workers: 2 });
    const taken = await Promise.all([fleet.plan(undefined, lease(one, 1)), fleet.plan(undefined, lease(two, 1))]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    const holder = (await fleet.planner())!;
    expect(await fleet.plan(holder, { ...holder, beat: 2 })).toBe(true);
    expect(await fleet.plan(holder, lease(two, 2))).toBe(false);
    await fleet.stopPlanning({ workerId: 'wrk_3', incarnation: 'inc_3' });
    expect(await fleet.planner()).toBeDefined();
    await fleet.stopPlanning(holder);
    expect(await fleet.planner()).toBeUndefined();
  });

  it('answers as the model does that simulations run on, whatever is written in whatever order', async () => {
    const owner = fc.constantFrom(one, again, two);
    const step = fc.record({
      name: fc.constantFrom('claim', 'aim', 'recall', 'ready', 'handOver', 'release', 'look'),
      by: owner,
      to: owner,
      epoch: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        shard += 1;
        const model = new MemoryFleetTable();
        let seen: ShardRow | undefined;
        const both = async <Name extends keyof FleetStore>(name: Name, ...input: Parameters<FleetStore[Name]>) => {
          const call = fleet[name] as (...given: typeof input) => Promise<unknown>;
          expect(await call(...input)).toEqual(model.call(name, ...input));
        };
        for (const { name, by, to, epoch } of steps) {
          if (name === 'look') seen = await fleet.shard(shard);
          else if (name === 'claim') await both('claim', shard, seen, by);
          else if (name === 'handOver') await both('handOver', { shard, epoch }, by, to);
          else if (name === 'release') await both('release', { shard, epoch }, by);
          else if (seen === undefined) continue;
          else if (name === 'ready') await both('ready', seen, to);
          else await both('aim', seen, name === 'recall' ? undefined : to);
          expect(await fleet.shard(shard)).toEqual(model.call('shard', shard));
        }
      }),
      { numRuns: 30, seed: fuzzSeed() },
    );
  });
});
