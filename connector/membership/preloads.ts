import type { ShardRow } from '../../core/fleet/fleet-rows.ts';
import type { FleetStore, ShardOwner } from '../storage/fleet-store.ts';

export interface PreloadsOptions {
  readonly fleet: FleetStore;
  readonly me: ShardOwner;
  readonly onPreload: (shard: number) => Promise<void>;
  readonly onDropPreloaded: (shard: number) => void;
  readonly onTrouble: (message: string, error: unknown) => void;
}

/** The taking side of hand-offs, before the shard comes: prepares what is aimed at this worker and says so on the row. */
export class Preloads {
  readonly #options: PreloadsOptions;
  /** Epoch under which each shard was aimed here. */
  readonly #prepared = new Map<number, number>();

  constructor(options: PreloadsOptions) {
    this.#options = options;
  }

  /** Starts and drops preparations as the rows say; resolves at once. A worker that drains answers to no aim. */
  follow(shards: readonly ShardRow[], drains: boolean): void {
    const { incarnation } = this.#options.me;
    for (const row of shards) {
      const isAimedHere = row.targetIncarnation === incarnation && !drains;
      if (isAimedHere && this.#prepared.get(row.shard) !== row.epoch) void this.#prepare(row);
      if (isAimedHere || !this.#prepared.delete(row.shard)) continue;
      if (row.incarnation !== incarnation) this.#options.onDropPreloaded(row.shard);
    }
  }

  async #prepare(row: ShardRow): Promise<void> {
    const { fleet, me, onPreload, onTrouble } = this.#options;
    this.#prepared.set(row.shard, row.epoch);
    try {
      await onPreload(row.shard);
      await fleet.ready(row, me);
    } catch (error) {
      // Tried again at the next look; should it never work, the planner turns to another.
      this.#prepared.delete(row.shard);
      onTrouble('A shard could not be prepared', error);
    }
  }
}
