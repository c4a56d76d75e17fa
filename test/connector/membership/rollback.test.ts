import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRetiring } from '../../../lambdas/scaler/choose-retiring.ts';
import { FleetWorld } from './support/fleet-world.ts';
import { seededRandom } from './support/seeded-random.ts';

const tasks = 2;
const minuteMs = 60_000;

/** A fleet with the two who steer it: ECS, which starts tasks of the wanted revision and stops the others once they are empty, and the scaler. */
class SteeredFleet {
  readonly world: FleetWorld;
  revision = 1;
  #latest = 1;
  readonly #before: number[] = [];
  #started = 0;

  constructor(seed: number, shardCount = 16) {
    this.world = new FleetWorld({ shardCount, random: seededRandom(seed), sessionsOf: () => 5 });
    this.#start();
  }

  deploy(): void {
    this.#before.push(this.revision);
    this.#latest += 1;
    this.revision = this.#latest;
    this.#start();
  }

  rollBack(): void {
    this.revision = this.#before.pop() ?? this.revision;
    this.#start();
  }

  /** Each minute the scaler runs, and ECS looks for tasks that it may stop. */
  async run(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await this.world.run(minuteMs);
      const rows = [...this.world.table.workers.values()];
      const counts = { desired: tasks, running: rows.length, revision: this.revision };
      for (const { workerId, retiring } of chooseRetiring(rows, counts)) this.world.retire(workerId, retiring);
      for (const { added, serving } of this.world.workers.values()) {
        if (added.generation !== this.revision && serving.size === 0) this.world.stop(added.workerId);
      }
      this.#start();
    }
  }

  /** Shards by the revision that serves them. */
  shares(): Record<number, number> {
    const shares: Record<number, number> = {};
    for (const { added, serving } of this.world.workers.values()) {
      if (serving.size > 0) shares[added.generation ?? 1] = (shares[added.generation ?? 1] ?? 0) + serving.size;
    }
    return shares;
  }

  count(type: string, sinceMs: number): number {
    return this.world.events.filter(({ atMs, event }) => atMs >= sinceMs && event.type === type).length;
  }

  #start(): void {
    const running = [...this.world.workers.values()].filter(
      ({ added, isLeaving }) => added.generation === this.revision && !isLeaving,
    );
    for (let missing = tasks - running.length; missing > 0; missing--) {
      this.#started += 1;
      this.world.add({ workerId: `w${this.#started}`, generation: this.revision });
    }
  }
}

describe('a deployment that is taken back', () => {
  it('while its workers hold everything: each shard goes back once, and then nothing moves', async () => {
    const fleet = new SteeredFleet(7);
    await fleet.run(1);
    fleet.deploy();
    await fleet.run(3);
    expect(fleet.shares()).toEqual({ 2: 16 });
    // ECS has stopped the empty workers of the first revision, and starts others.
    const takenBackAtMs = fleet.world.time.nowMs;
    fleet.rollBack();
    await fleet.run(4);
    expect(fleet.shares()).toEqual({ 1: 16 });
    expect(fleet.count('shard_given', takenBackAtMs)).toBe(16);
    expect(fleet.world.workers.size).toBe(tasks);
    const writes = fleet.world.table.shardWrites;
    await fleet.run(3);
    expect(fleet.world.table.shardWrites).toBe(writes);
    expect(fleet.world.faults).toEqual([]);
  });

  it('half way: the older workers serve on and take back what had gone', async () => {
    const fleet = new SteeredFleet(8, 64);
    await fleet.run(1);
    fleet.deploy();
    await fleet.world.run(20_000);
    expect(Object.keys(fleet.shares())).toEqual(['1', '2']);
    const takenBackAtMs = fleet.world.time.nowMs;
    fleet.rollBack();
    await fleet.run(6);
    expect(fleet.shares()).toEqual({ 1: 64 });
    // Until the scaler runs the older ones go on draining.
    expect(fleet.count('serving_again', takenBackAtMs)).toBe(tasks);
    const given = fleet.world.events
      .filter(({ atMs }) => atMs >= takenBackAtMs)
      .flatMap(({ event }) => (event.type === 'shard_given' ? [event.shard] : []));
    for (let shard = 0; shard < 64; shard++) expect(given.filter((each) => each === shard).length).toBeLessThan(3);
    expect(fleet.world.faults).toEqual([]);
  });

  it('comes to rest on the revision that is asked for, whatever was deployed and taken back', async () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 90_000 }),
      what: fc.constantFrom('deploy', 'rollBack', 'crash'),
      restartMs: fc.integer({ min: 100, max: 3_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(step, { maxLength: 6 }), async (seed, steps) => {
        const fleet = new SteeredFleet(seed);
        for (const { afterMs, what, restartMs } of steps) {
          await fleet.world.run(afterMs);
          if (what !== 'crash') fleet[what]();
          else fleet.world.crash([...fleet.world.workers.keys()].at(-1) ?? '', { restartMs });
          await fleet.run(1);
        }
        await fleet.run(6);
        expect(fleet.shares()).toEqual({ [fleet.revision]: 16 });
        const writes = fleet.world.table.shardWrites;
        await fleet.run(2);
        expect(fleet.world.table.shardWrites).toBe(writes);
        expect(fleet.world.faults).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
