import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleetNumbers } from '../../../connector/membership/fleet-numbers.ts';
import { isFleetStorm } from '../../../connector/membership/fleet-storm.ts';
import { FleetWorld } from './support/fleet-world.ts';
import { seededRandom } from './support/seeded-random.ts';

const worker = fc.record({ sessions: fc.nat(400), fell: fc.nat(2_000) });
const workers = fc.array(worker, { maxLength: 12 });
const storms = (live: readonly { sessions: number; fell?: number }[]) => isFleetStorm(live, fleetNumbers);

describe('a storm of the fleet', () => {
  it('is when more than half of its sockets fell, ten at least, wherever they were', () => {
    fc.assert(
      fc.property(fc.array(worker, { minLength: 1, maxLength: 12 }), (some) => {
        const live = some.map(({ sessions, fell }) => ({ sessions, fell: Math.min(fell, sessions) }));
        const sessions = live.reduce((sum, each) => sum + each.sessions, 0);
        const fell = live.reduce((sum, each) => sum + each.fell, 0);
        expect(storms(live)).toBe(fell >= 10 && fell > sessions / 2);
        expect(storms([{ sessions, fell }])).toBe(storms(live));
      }),
    );
  });

  it('does not come of one worker with half of the sockets or less, however often they fall', () => {
    fc.assert(
      fc.property(workers, worker, (others, broken) => {
        const rest = others.map(({ sessions }) => ({ sessions }));
        const held = rest.reduce((sum, { sessions }) => sum + sessions, 0);
        fc.pre(broken.sessions <= held);
        expect(storms([...rest, broken])).toBe(false);
      }),
    );
  });

  it('never ends because more fall, nor begins because fewer do', () => {
    fc.assert(
      fc.property(workers, worker, fc.nat(100), (others, one, more) => {
        if (storms([...others, one])) expect(storms([...others, { ...one, fell: one.fell + more }])).toBe(true);
      }),
    );
  });
});

describe('what the workers are told of it', () => {
  async function worldOf(count: number): Promise<FleetWorld> {
    const world = new FleetWorld({ shardCount: count, random: seededRandom(3), sessionsOf: () => 5 });
    for (let index = 0; index < count; index++) world.add({ workerId: `w${String(index).padStart(2, '0')}` });
    await world.run(60_000);
    return world;
  }
  const seen = (world: FleetWorld) => [...world.workers.values()].filter(({ seesStorm }) => seesStorm).length;
  const tell = (world: FleetWorld, share: number) => {
    const held = [...world.workers.values()];
    for (const each of held.slice(0, Math.ceil(held.length * share))) each.fell = 1_000;
  };

  it.each([4, 60])('comes to all %i of them within seconds, and ends with it', async (count) => {
    const world = await worldOf(count);
    expect(seen(world)).toBe(0);
    tell(world, 0.8);
    await world.run(6_000);
    expect(seen(world)).toBe(count);
    for (const each of world.workers.values()) each.fell = 0;
    await world.run(6_000);
    expect(seen(world)).toBe(0);
    tell(world, 0.2);
    await world.run(6_000);
    expect(seen(world)).toBe(0);
    expect(world.faults).toEqual([]);
  });
});
