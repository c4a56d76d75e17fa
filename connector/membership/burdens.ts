import type { ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';

/** What a worker carries, as a plan sees it while it grows. */
export interface Carrier {
  readonly worker: WorkerRow;
  /** In units of sessions; see `Burdens`. */
  burden: number;
  /** Sessions, counted or estimated. */
  sessions: number;
  /** Shards owned or on their way here, without those on their way to others. */
  shards: number;
}

/**
 * The load of workers. One that has just taken shards has not counted their sessions yet, and nobody counts those of orphans: such
 * a shard counts as the fleet's average. A worker's burden is its sessions plus that average for each of its shards: sessions and
 * shards both come out even, and shards without sessions too.
 */
export class Burdens {
  readonly carriers: ReadonlyMap<string, Carrier>;
  readonly #average: number;

  constructor(live: readonly WorkerRow[], shards: readonly ShardRow[]) {
    const owned = new Map<string, number>();
    const carriers = new Map(
      live.map((worker) => [worker.incarnation, { worker, burden: 0, sessions: worker.sessions, shards: 0 }]),
    );
    for (const { incarnation } of shards) {
      if (incarnation !== undefined) owned.set(incarnation, (owned.get(incarnation) ?? 0) + 1);
    }
    const counted = live.reduce((sum, { shards: count }) => sum + count, 0);
    const sessions = live.reduce((sum, { sessions: count }) => sum + count, 0);
    this.#average = counted === 0 ? 0 : sessions / counted;
    for (const carrier of carriers.values()) {
      const { worker } = carrier;
      carrier.shards = owned.get(worker.incarnation) ?? 0;
      carrier.sessions += Math.max(0, carrier.shards - worker.shards) * this.#average;
      carrier.burden = carrier.sessions + carrier.shards * this.#unit;
    }
    this.carriers = carriers;
    for (const { shard, incarnation, targetIncarnation } of shards) {
      const to = carriers.get(targetIncarnation ?? '');
      if (to !== undefined) this.move(shard, carriers.get(incarnation ?? ''), to);
    }
  }

  /** Sessions of a shard, as its worker has counted them, else as the fleet's shards have on average. */
  sessionsOfShard(shard: number, from: Carrier | undefined): number {
    return from?.worker.shardSessions?.[shard] ?? this.#average;
  }

  /** What a move adds to one side and takes from the other. */
  burdenOfShard(shard: number, from: Carrier | undefined): number {
    return this.sessionsOfShard(shard, from) + this.#unit;
  }

  /** Counts a shard as moved; `from` is `undefined` when nobody has it. */
  move(shard: number, from: Carrier | undefined, to: Carrier): void {
    const sessions = this.sessionsOfShard(shard, from);
    const burden = this.burdenOfShard(shard, from);
    to.sessions += sessions;
    to.burden += burden;
    to.shards += 1;
    if (from === undefined) return;
    from.sessions -= sessions;
    from.burden -= burden;
    from.shards -= 1;
  }

  get #unit(): number {
    return Math.max(1, this.#average);
  }
}

/** Burden by capacity, which is what is compared. */
export function fill({ burden, worker }: Carrier, extra = 0): number {
  return (burden + extra) / Math.max(1, worker.capacity);
}

/** Whether so many more sessions find room. */
export function hasRoom({ sessions, worker }: Carrier, more: number): boolean {
  return sessions + more <= worker.capacity;
}

/** The least filled of those that are asked about; the same one for the same rows, whoever asks. */
export function leastFilled(carriers: readonly Carrier[]): Carrier | undefined {
  let best: Carrier | undefined;
  for (const each of carriers) {
    if (best === undefined || isBefore(each, best)) best = each;
  }
  return best;
}

function isBefore(one: Carrier, other: Carrier): boolean {
  const difference = fill(one) - fill(other);
  return difference < 0 || (difference === 0 && one.worker.workerId < other.worker.workerId);
}
