import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorkerRow } from '../../../core/fleet/fleet-rows.ts';
import { chooseRetiring } from '../../../lambdas/scaler/choose-retiring.ts';
import { countNeeded } from '../../../lambdas/scaler/count-needed.ts';
import { liveWorkers, silentMsMax } from '../../../lambdas/scaler/live-workers.ts';

const worker = (name: string, some: Partial<WorkerRow> = {}): WorkerRow => ({
  workerId: name,
  incarnation: `inc-${name}`,
  beat: 1,
  generation: 1,
  capacity: 400,
  sessions: 0,
  shards: 1,
  draining: false,
  startedAt: '2026-11-22T00:00:00.000Z',
  processId: 1,
  ...some,
});

describe('live workers', () => {
  it('are those whose beat moves, or was not seen standing for long', () => {
    const first = liveWorkers([worker('a'), worker('b')], {}, 1_000);
    expect(first.live).toHaveLength(2);
    const later = 1_000 + silentMsMax;
    const second = liveWorkers([worker('a', { beat: 2 }), worker('b')], first.beats, later);
    expect(second.live.map(({ workerId }) => workerId)).toEqual(['a']);
    expect(liveWorkers([worker('b', { beat: 2 })], second.beats, later + 1).live).toHaveLength(1);
  });

  it('are not those that are known to be dead, and rows that went are forgotten', () => {
    const { live, beats } = liveWorkers([worker('a', { dead: true })], { gone: { beat: 1, since: 0 } }, 1);
    expect(live).toEqual([]);
    expect(Object.keys(beats)).toEqual(['inc-a']);
  });
});

describe('sessions that need a connector', () => {
  const shards = [
    { shard: 0, epoch: 1, owner: 'a', incarnation: 'inc-a' },
    { shard: 1, epoch: 1, owner: 'dead', incarnation: 'inc-dead' },
    { shard: 2, epoch: 3 },
  ];
  const counting = () => {
    const asked: number[] = [];
    return { asked, count: async (shard: number) => asked.push(shard) && 10 };
  };

  it('are what live workers hold and what lies in shards without one', async () => {
    const { asked, count } = counting();
    const live = [worker('a', { sessions: 5 })];
    expect(await countNeeded({ shardCount: 4, shards, live }, count)).toBe(35);
    expect(asked).toEqual([1, 2, 3]);
  });

  it('are counted everywhere when the workers hold none', async () => {
    const { asked, count } = counting();
    expect(await countNeeded({ shardCount: 4, shards, live: [worker('a')] }, count)).toBe(40);
    expect(asked).toEqual([0, 1, 2, 3]);
  });
});

describe('workers that should go', () => {
  const names = (changes: ReturnType<typeof chooseRetiring>) =>
    changes.map(({ workerId, retiring }) => `${workerId} ${retiring ? 'goes' : 'stays'}`);

  it('are those with the fewest sessions, as many as are too much', () => {
    const live = [worker('a', { sessions: 9 }), worker('b', { sessions: 3 }), worker('c', { sessions: 5 })];
    expect(names(chooseRetiring(live, { desired: 2, running: 3 }))).toEqual(['b goes']);
    expect(names(chooseRetiring(live, { desired: 0, running: 3 }))).toEqual(['b goes', 'c goes', 'a goes']);
  });

  it('stay chosen while they empty themselves, and are told when they are needed again', () => {
    const live = [worker('a', { sessions: 0 }), worker('b', { sessions: 3, retiring: true })];
    expect(chooseRetiring(live, { desired: 1, running: 2 })).toEqual([]);
    expect(names(chooseRetiring(live, { desired: 2, running: 2 }))).toEqual(['b stays']);
  });

  it('are none for the row of a dead worker, nor during a deployment', () => {
    const live = [worker('a'), worker('b'), worker('dead')];
    expect(chooseRetiring(live, { desired: 2, running: 2 })).toEqual([]);
    const mixed = [worker('a'), worker('b', { generation: 2 })];
    expect(chooseRetiring(mixed, { desired: 1, running: 2 })).toEqual([]);
  });

  it('are those of a later revision than the service asks for, also when nobody else lives yet', () => {
    const live = [worker('a'), worker('b', { generation: 2 }), worker('c', { generation: 2, retiring: true })];
    const counts = { desired: 2, running: 3 };
    expect(names(chooseRetiring(live, { ...counts, revision: 1 }))).toEqual(['b goes']);
    expect(names(chooseRetiring(live.slice(1), { ...counts, revision: 1 }))).toEqual(['b goes']);
    // The same revision is asked for once more.
    expect(names(chooseRetiring(live, { ...counts, revision: 2 }))).toEqual(['c stays']);
    expect(chooseRetiring(live, counts)).toEqual([]);
  });

  it('are settled at once: whatever lives, a second look changes nothing, and somebody may serve', () => {
    const some = fc.record({
      generation: fc.integer({ min: 1, max: 4 }),
      sessions: fc.nat(20),
      retiring: fc.boolean(),
    });
    const input = fc.record({
      workers: fc.array(some, { maxLength: 8 }),
      desired: fc.nat(8),
      revision: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(input, ({ workers, desired, revision }) => {
        const live = workers.map((each, index) => worker(`w${index}`, each));
        const counts = { desired, running: live.length, ...(revision === undefined ? {} : { revision }) };
        const changed = new Map(chooseRetiring(live, counts).map((change) => [change.workerId, change.retiring]));
        const after = live.map((row) => ({ ...row, retiring: changed.get(row.workerId) ?? row.retiring === true }));
        expect(chooseRetiring(after, counts)).toEqual([]);
        if (desired === 0 || revision === undefined) return;
        for (const { generation, retiring } of after) if (generation > revision) expect(retiring).toBe(true);
        const wanted = after.filter(({ generation }) => generation === revision);
        if (wanted.length > 0) expect(wanted.some(({ retiring }) => !retiring)).toBe(true);
      }),
    );
  });
});
