import type { ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { FleetStore, ShardOwner } from '../storage/fleet-store.ts';
import type { HeldShard } from '../storage/shard-rows.ts';

export interface HandOversOptions {
  readonly fleet: FleetStore;
  readonly me: ShardOwner;
  readonly monotonicNow: () => number;
  readonly sessionsOf: (shard: number) => number;
  /** Ends the sessions of a shard; resolves when all sockets are closed and all keys written. */
  readonly onReleasing: (shard: number) => Promise<void>;
  /** The shard is served no more. Called after its sessions have ended and before anybody else may start them. */
  readonly onGiving: (held: HeldShard) => void;
  readonly onGiven: (held: HeldShard, to: ShardOwner | undefined) => void;
  readonly onTrouble: (message: string, error: unknown) => void;
}

/** What a round knows when it looks for shards to give. */
export interface GivingRound {
  readonly owned: ReadonlyMap<number, number>;
  readonly shards: readonly ShardRow[];
  readonly live: readonly WorkerRow[];
  /** Monotonic milliseconds since when the worker has been leaving, if it is. */
  readonly leavingSinceMs: number | undefined;
}

/** Sessions per second that move by themselves: a deploy of 400 sessions takes 80 s, and nobody's receiver is flooded. */
const sessionsPerSecond = 5;
/** A leaving worker has two minutes until it is killed; most of them are for what goes wrong. */
const leavingMs = 40_000;
const leavingSessionsPerSecond = 20;
/** A leaving worker that could give nothing for so long lets its shards go to whoever comes. */
const patienceMs = 5_000;
const writeTries = 3;

/**
 * The giving side of hand-offs. A shard goes when its target has said that it is prepared, at the worker's own pace: its sessions stay
 * connected until it is their turn. Then its commands stop, its sessions end, and one conditional write makes the target the
 * owner. When no such target is alive the shard is kept, except by a leaving worker, which lets it go free.
 */
export class HandOvers {
  readonly #options: HandOversOptions;
  readonly #running = new Map<number, Promise<void>>();
  #nextAtMs = 0;
  /** When a shard began or finished to be given. */
  #progressAtMs = 0;

  constructor(options: HandOversOptions) {
    this.#options = options;
  }

  isGiving(shard: number): boolean {
    return this.#running.has(shard);
  }

  /** Starts what is due; resolves at once. */
  start(round: GivingRound): void {
    const nowMs = this.#options.monotonicNow();
    const healthy = new Map(
      round.live
        .filter(
          (worker) =>
            !worker.draining && worker.leaving !== true && worker.incarnation !== this.#options.me.incarnation,
        )
        .map((worker) => [worker.incarnation, worker]),
    );
    const isLate =
      round.leavingSinceMs !== undefined && nowMs - Math.max(round.leavingSinceMs, this.#progressAtMs) >= patienceMs;
    const abandon = round.leavingSinceMs !== undefined && healthy.size === 0;
    const rows = new Map(round.shards.map((row) => [row.shard, row]));
    let sessions = 0;
    for (const shard of round.owned.keys()) sessions += this.#options.sessionsOf(shard);
    for (const [shard, epoch] of round.owned) {
      const row = rows.get(shard);
      if (this.isGiving(shard) || row?.epoch !== epoch) continue;
      const target = row.ready === true ? healthy.get(row.targetIncarnation ?? '') : undefined;
      if (abandon) void this.give({ shard, epoch }, undefined);
      else if ((target !== undefined || isLate) && nowMs >= this.#nextAtMs) {
        const rate = round.leavingSinceMs === undefined ? sessionsPerSecond : leavingRate(sessions);
        this.#nextAtMs = nowMs + (this.#options.sessionsOf(shard) * 1000) / rate;
        void this.give({ shard, epoch }, target);
      }
    }
  }

  /** Gives a shard to `to`, or to nobody. Never rejects. */
  give(held: HeldShard, to: ShardOwner | undefined): Promise<void> {
    const running = this.#running.get(held.shard);
    if (running !== undefined) return running;
    const giving = this.#give(held, to)
      // The row still names this worker, or somebody who may: the next look at it decides.
      .catch((error: unknown) => this.#options.onTrouble('A shard could not be given away', error))
      .finally(() => {
        this.#running.delete(held.shard);
        this.#progressAtMs = this.#options.monotonicNow();
      });
    this.#running.set(held.shard, giving);
    this.#progressAtMs = this.#options.monotonicNow();
    return giving;
  }

  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #give(held: HeldShard, to: ShardOwner | undefined): Promise<void> {
    try {
      await this.#options.onReleasing(held.shard);
    } finally {
      this.#options.onGiving(held);
    }
    await this.#write(held, to);
    this.#options.onGiven(held, to);
  }

  async #write(held: HeldShard, to: ShardOwner | undefined): Promise<void> {
    const { fleet, me } = this.#options;
    for (let tries = 1; ; tries++) {
      try {
        // Refused is as good: a first try whose answer was lost, or another owner.
        if (to === undefined) await fleet.release(held, me);
        else await fleet.handOver(held, me, to);
        return;
      } catch (error) {
        if (tries === writeTries) throw error;
      }
    }
  }
}

function leavingRate(sessions: number): number {
  return Math.max(leavingSessionsPerSecond, (sessions * 1000) / leavingMs);
}
