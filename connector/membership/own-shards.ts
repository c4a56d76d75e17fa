import type { ShardRow } from '../../core/fleet/fleet-rows.ts';
import type { FleetStore, ShardOwner } from '../storage/fleet-store.ts';
import type { FleetEvent } from './fleet-event.ts';
import { orTell } from './or-tell.ts';

export interface OwnShardsOptions {
  readonly fleet: Pick<FleetStore, 'claim'>;
  readonly me: ShardOwner;
  /** Whether this process may act as an owner right now. */
  readonly mayServe: () => boolean;
  /** Whether it still takes shards; one that leaves does not. */
  readonly mayClaim: () => boolean;
  /** Whether a shard is just being given away here. */
  readonly isGiving: (shard: number) => boolean;
  readonly onTaken: (shard: number, epoch: number) => void;
  readonly onReleasing: (shard: number) => Promise<void>;
  readonly onEvent: (event: FleetEvent) => void;
  readonly onTrouble: (message: string, error: unknown) => void;
}

/**
 * The shards that this process serves, each under one epoch.
 *
 * - Not served: the row names another, or nobody. It is served once the row names this incarnation, or after a claim when the row names
 *   an earlier incarnation of this worker.
 * - Served: until this process gives it away (`end`), or until its row shows a later epoch or another owner.
 * - Ended: as not served, but its epoch is spent. A write that gives it away may still be on its way, so that epoch is never served again
 *   even if the row names this process; the shard is claimed anew, with the next epoch.
 *
 * The row alone says who owns a shard; what is served here follows it. `#serve` alone adds a shard, `end` and `clear` take it away.
 */
export class OwnShards {
  readonly #options: OwnShardsOptions;
  /** Served shards with their epochs. */
  readonly #served = new Map<number, number>();
  /** Highest epoch of a shard that was given away or lost here. */
  readonly #ended = new Map<number, number>();

  constructor(options: OwnShardsOptions) {
    this.#options = options;
  }

  get epochs(): ReadonlyMap<number, number> {
    return this.#served;
  }

  get size(): number {
    return this.#served.size;
  }

  /** Serves what the rows give to this process, and nothing else. */
  async follow(rows: readonly ShardRow[]): Promise<void> {
    const { me, isGiving, onTrouble } = this.#options;
    const changes: Promise<void>[] = [];
    for (const row of rows) {
      const epoch = this.#served.get(row.shard);
      const isMine = row.incarnation === me.incarnation;
      if (epoch !== undefined) {
        // An older epoch is a look from before this process took the shard.
        if (row.epoch > epoch || (row.epoch === epoch && !isMine)) changes.push(this.#lose(row.shard, epoch));
        continue;
      }
      if (isGiving(row.shard)) continue;
      const wasMine = row.owner === me.workerId && !isMine;
      const isSpent = isMine && row.epoch <= this.#endedEpochOf(row.shard);
      if (wasMine || isSpent) {
        changes.push(orTell(onTrouble, 'A shard could not be claimed', () => this.#claim(row)));
      } else if (isMine) this.#serve(row.shard, row.epoch);
    }
    await Promise.all(changes);
  }

  /** The shard is served no more under this epoch, nor ever again. */
  end(shard: number, epoch: number): void {
    this.#served.delete(shard);
    this.#ended.set(shard, Math.max(epoch, this.#endedEpochOf(shard)));
  }

  clear(): void {
    this.#served.clear();
  }

  async #claim(row: ShardRow): Promise<void> {
    const { fleet, me, mayClaim } = this.#options;
    if (!mayClaim()) return;
    const epoch = await fleet.claim(row.shard, row, me);
    if (epoch !== undefined) this.#serve(row.shard, epoch);
  }

  #serve(shard: number, epoch: number): void {
    const { mayServe, onTaken, onEvent } = this.#options;
    if (!mayServe() || this.#served.has(shard)) return;
    if (epoch <= this.#endedEpochOf(shard)) throw new Error(`Epoch ${epoch} of shard ${shard} is spent.`);
    this.#served.set(shard, epoch);
    onTaken(shard, epoch);
    onEvent({ type: 'shard_taken', shard, epoch });
  }

  /** Somebody else wrote the shard's row: he was entitled to, so nothing is left but to stop. */
  async #lose(shard: number, epoch: number): Promise<void> {
    const { isGiving, onReleasing, onEvent, onTrouble } = this.#options;
    if (isGiving(shard)) return;
    this.end(shard, epoch);
    onEvent({ type: 'shard_lost', shard, epoch });
    await orTell(onTrouble, 'A lost shard could not be stopped', () => onReleasing(shard));
  }

  #endedEpochOf(shard: number): number {
    return this.#ended.get(shard) ?? 0;
  }
}
