import { afterEach, describe, expect, it } from 'vitest';
import { Membership } from '../../../connector/membership/membership.ts';
import type { FleetStore } from '../../../connector/storage/fleet-store.ts';
import type { ShardRow } from '../../../core/fleet/fleet-rows.ts';
import { waitFor } from '../../support/wait-for.ts';

const me = { workerId: 'wrk_me', incarnation: 'inc_me' };

/** A fleet of one shard whose answers can be lost on their way back. */
function fleetOfOne(first?: ShardRow) {
  let row = first;
  const trouble = { claimAnswerLost: false, releaseFails: false, leaveFails: false };
  const store: FleetStore = {
    register: async () => undefined,
    beat: async () => true,
    leave: async () => {
      if (trouble.leaveFails) throw new Error('The table is away.');
    },
    workers: async () => [],
    shards: async () => (row === undefined ? [] : [row]),
    claim: async (shard, seen) => {
      row = { shard, epoch: (seen?.epoch ?? 0) + 1, owner: me.workerId, incarnation: me.incarnation };
      if (trouble.claimAnswerLost) throw new Error('The answer was lost.');
      return row.epoch;
    },
    release: async () => {
      if (trouble.releaseFails) throw new Error('The table is away.');
      row = { shard: 0, epoch: row?.epoch ?? 1 };
    },
  };
  const taken: number[] = [];
  const released: number[] = [];
  const troubles: string[] = [];
  const membership = new Membership({
    ...me,
    fleet: store,
    generation: 1,
    capacity: 10,
    shardCount: 1,
    processId: 1,
    monotonicNow: () => performance.now(),
    now: Date.now,
    random: Math.random,
    sessionCount: () => 0,
    onTaken: (_shard, epoch) => taken.push(epoch),
    onReleasing: async (shard) => {
      released.push(shard);
    },
    onFenced: () => undefined,
    onTrouble: (message) => troubles.push(message),
  });
  const give = (given: ShardRow) => {
    row = given;
  };
  return { membership, trouble, taken, released, troubles, give };
}

describe('membership', () => {
  let fleet: ReturnType<typeof fleetOfOne>;

  afterEach(() => fleet.membership.leave());

  it('serves a shard that it claimed without hearing the answer', async () => {
    fleet = fleetOfOne();
    await fleet.membership.join();
    fleet.trouble.claimAnswerLost = true;
    fleet.give({ shard: 0, epoch: 7, owner: 'wrk_dead', incarnation: 'inc_dead' });
    await waitFor('the shard to be served again', () => fleet.membership.epochOf(0) === 8);
    expect(fleet.troubles).toEqual(['A round of the membership failed']);
    expect(fleet.taken).toEqual([1, 8]);
    expect(fleet.released).toEqual([0]);
  });

  it('leaves although nothing can be written any more', async () => {
    fleet = fleetOfOne();
    await fleet.membership.join();
    Object.assign(fleet.trouble, { releaseFails: true, leaveFails: true });
    await fleet.membership.leave();
    expect(fleet.released).toEqual([0]);
    expect(fleet.troubles).toHaveLength(2);
  });
});
