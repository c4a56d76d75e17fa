import type { ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';

export interface PlanInput {
  readonly shardCount: number;
  readonly shards: readonly ShardRow[];
  /** Live workers, this one included. */
  readonly live: readonly WorkerRow[];
  readonly me: { readonly workerId: string; readonly incarnation: string };
  readonly draining: boolean;
}

export interface Plan {
  /** Shards to claim, with the row as it was seen. */
  readonly claim: readonly { readonly shard: number; readonly seen: ShardRow | undefined }[];
  /** Own shards to give back because others have fewer. */
  readonly release: readonly number[];
}

/** Of all shards, how many may change hands in one round: sessions of a shard are away for about a second. */
const movesShare = 0.1;

/**
 * Decides what this worker takes and gives. Free is a shard without an owner, with a dead owner, or with an earlier incarnation of
 * this very worker (its parent starts a new one only after the old one is gone). Each worker takes up to its fair share. Safety
 * does not depend on this plan: claims are conditional writes.
 *
 * @example planShards({ shardCount: 8, shards, live, me, draining: false }) // { claim: [...], release: [] }
 */
export function planShards({ shardCount, shards, live, me, draining }: PlanInput): Plan {
  const rows = new Map(shards.map((row) => [row.shard, row]));
  const all = Array.from({ length: shardCount }, (_, shard) => ({ shard, seen: rows.get(shard) }));
  const mine = all.filter(({ seen }) => seen?.incarnation === me.incarnation).map(({ shard }) => shard);
  if (draining) return { claim: [], release: [] };

  const takers = live.filter((worker) => !worker.draining && worker.workerId !== me.workerId).length + 1;
  const fairShare = Math.ceil(shardCount / takers);
  const alive = new Set(live.map(({ incarnation }) => incarnation));
  const free = all.filter(({ seen }) => {
    if (seen?.incarnation === undefined) return true;
    if (seen.incarnation === me.incarnation) return false;
    return !alive.has(seen.incarnation) || seen.owner === me.workerId;
  });
  const surplus = Math.max(0, mine.length - fairShare);
  const movesMax = Math.max(1, Math.floor(shardCount * movesShare));
  return {
    claim: free.slice(0, Math.max(0, fairShare - mine.length)),
    release: mine.slice(mine.length - Math.min(surplus, movesMax)),
  };
}
