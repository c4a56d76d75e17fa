import { describe, expect, it } from 'vitest';
import { FleetWorld, type FleetWorldOptions } from './support/fleet-world.ts';
import { seededRandom } from './support/seeded-random.ts';

function worldOf(options: Partial<FleetWorldOptions> = {}): FleetWorld {
  return new FleetWorld({ shardCount: 16, random: seededRandom(7), sessionsOf: () => 5, ...options });
}

const typesOf = (world: FleetWorld, workerId: string, sinceMs = 0) =>
  world.events.filter((each) => each.workerId === workerId && each.atMs >= sinceMs).map(({ event }) => event.type);
const count = (types: readonly string[], type: string) => types.filter((each) => each === type).length;
const gapsSince = (world: FleetWorld, sinceMs: number) =>
  world.gaps.filter((gap) => gap.sinceMs >= sinceMs).map((gap) => gap.untilMs - gap.sinceMs);
const sharesOf = (world: FleetWorld) => [...world.workers.values()].map(({ serving }) => serving.size);

describe('membership', () => {
  it('takes everything when alone, and lets it go at once when nobody is there to take it', async () => {
    const world = worldOf();
    world.add({ workerId: 'a' });
    await world.run(2_000);
    expect(sharesOf(world)).toEqual([16]);
    world.stop('a');
    await world.run(5_000);
    expect(world.workers.size).toBe(0);
    expect([...world.table.shards.values()].every(({ incarnation }) => incarnation === undefined)).toBe(true);
    expect(world.table.workers.size).toBe(0);
  });

  it('shares what nobody feels at once', async () => {
    const world = worldOf({ sessionsOf: () => 0 });
    for (const workerId of ['a', 'b', 'c', 'd']) world.add({ workerId });
    await world.run(30_000);
    expect(sharesOf(world)).toEqual([4, 4, 4, 4]);
  });

  it('hands over shard by shard when stopped: each goes once, to a named owner that has prepared itself', async () => {
    const world = worldOf();
    world.add({ workerId: 'a' });
    await world.run(5_000);
    world.add({ workerId: 'b' });
    await world.run(5_000);
    const stoppedAtMs = world.time.nowMs;
    world.stop('a');
    await world.run(60_000);
    expect(sharesOf(world)).toEqual([16]);
    const given = world.events.filter(({ event }) => event.type === 'shard_given');
    expect(given.map(({ event }) => 'to' in event && event.to)).toEqual(Array.from({ length: 16 }, () => 'b'));
    expect(count(typesOf(world, 'b'), 'shard_taken')).toBe(16);
    // Ending the sessions takes up to 2 s and connecting them 1.2 s; the rest is the hand-off itself.
    expect(Math.max(...gapsSince(world, stoppedAtMs))).toBeLessThan(2_000 + 1_200 + 500);
  });

  it('drains by itself when a newer revision has lived a while, and serves again when that is gone', async () => {
    const world = worldOf();
    for (const workerId of ['a', 'b']) world.add({ workerId });
    await world.run(5_000);
    world.add({ workerId: 'new', generation: 2 });
    await world.run(9_000);
    expect(typesOf(world, 'a')).not.toContain('draining');
    await world.run(80_000);
    expect(sharesOf(world)).toEqual([0, 0, 16]);
    const sinceMs = 14_000;
    expect(count(typesOf(world, 'new', sinceMs), 'shard_taken')).toBe(16);
    for (const workerId of ['a', 'b']) expect(typesOf(world, workerId).at(-1)).toBe('drained');
    world.crash('new');
    await world.run(30_000);
    expect(sharesOf(world)).toEqual([8, 8]);
    expect(typesOf(world, 'a')).toContain('serving_again');
  });

  it('takes its own shards back when it was restarted in place, and nobody else moves', async () => {
    const world = worldOf({ sessionsOf: () => 0 });
    for (const workerId of ['a', 'b', 'c']) world.add({ workerId });
    await world.run(30_000);
    const before = [...world.workers.get('b')!.serving.keys()].sort();
    const crashedAtMs = world.time.nowMs;
    world.crash('b', { restartMs: 1_500 });
    await world.run(10_000);
    expect([...world.workers.get('b')!.serving.keys()].sort()).toEqual(before);
    for (const workerId of ['a', 'c']) expect(typesOf(world, workerId, crashedAtMs)).not.toContain('shard_taken');
    expect(Math.max(...gapsSince(world, crashedAtMs))).toBeLessThan(1_500 + 1_200 + 200);
  });

  it('empties a worker that the scaler wants to go, and fills it again when it may stay', async () => {
    const world = worldOf({ sessionsOf: () => 0 });
    for (const workerId of ['a', 'b']) world.add({ workerId });
    await world.run(30_000);
    world.retire('a');
    await world.run(30_000);
    expect(sharesOf(world)).toEqual([0, 16]);
    world.retire('a', false);
    await world.run(30_000);
    // A fifth of difference is left alone.
    expect(Math.min(...sharesOf(world))).toBeGreaterThanOrEqual(7);
  });

  it('finds what a frozen worker had, and the frozen one wakes up to nothing', async () => {
    const world = worldOf();
    for (const workerId of ['a', 'b']) world.add({ workerId });
    await world.run(5_000);
    const [frozen] = world.ownersOf(0);
    world.freeze(frozen!.added.workerId, 20_000);
    await world.run(15_000);
    expect(world.unserved().size).toBe(0);
    await world.run(5_500);
    expect(typesOf(world, frozen!.added.workerId).at(-1)).toBe('fenced');
    expect(frozen!.isAlive).toBe(false);
    expect(world.faults).toEqual([]);
  });

  it('in a large fleet lets only the planner read all rows, and still hands over', async () => {
    const world = worldOf({ shardCount: 240 });
    for (let index = 0; index < 60; index++) world.add({ workerId: `w${String(index).padStart(2, '0')}` });
    await world.run(240_000);
    const before = world.calls.get('shards') ?? 0;
    await world.run(60_000);
    // The planner once a second, the other 59 every half minute.
    expect((world.calls.get('shards') ?? 0) - before).toBeLessThan(60 + 59 * 3);
    const [owner] = world.ownersOf(0);
    const stoppedAtMs = world.time.nowMs;
    world.stop(owner!.added.workerId);
    await world.run(60_000);
    expect(world.workers.size).toBe(59);
    expect(world.unserved().size).toBe(0);
    expect(gapsSince(world, stoppedAtMs).length).toBeGreaterThan(0);
    expect(world.faults).toEqual([]);
  });

  it('leaves although the table is away', async () => {
    const world = worldOf();
    world.add({ workerId: 'a' });
    await world.run(5_000);
    world.partition('a', 600_000);
    world.stop('a');
    await world.run(30_000);
    expect(world.workers.size).toBe(0);
  });
});
