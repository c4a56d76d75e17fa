import type { FleetStore, ShardOwner } from '../../../../connector/storage/fleet-store.ts';
import type { PlannerRow, ShardRow, WorkerRow } from '../../../../core/fleet/fleet-rows.ts';

/** A call of the fleet store as the table does it: at once and whole. */
export type TableCall = <Name extends keyof FleetStore>(
  name: Name,
  ...input: Parameters<FleetStore[Name]>
) => Awaited<ReturnType<FleetStore[Name]>>;

/**
 * The fleet table in memory, with the very conditions of `connector/storage/fleet-store.ts`;
 * `test/connector/storage/fleet-store.integration.test.ts` holds the two to each other on the real engine.
 */
export class MemoryFleetTable {
  readonly workers = new Map<string, WorkerRow>();
  readonly shards = new Map<number, ShardRow>();
  /** Writes of shard rows that were accepted. */
  shardWrites = 0;
  #planner: PlannerRow | undefined;

  readonly call: TableCall = (name, ...input) =>
    (this.#calls[name] as (...given: typeof input) => ReturnType<TableCall>)(...input) as never;

  readonly #calls: {
    [Name in keyof FleetStore]: (...input: Parameters<FleetStore[Name]>) => Awaited<ReturnType<FleetStore[Name]>>;
  } = {
    register: (worker) => void this.workers.set(worker.workerId, { ...worker }),
    beat: (owner, beat) => {
      const row = this.#workerOf(owner);
      if (row === undefined) return undefined;
      const next = { ...row, ...beat } as WorkerRow;
      this.workers.set(owner.workerId, next);
      return next;
    },
    leave: (owner) => {
      if (this.#workerOf(owner) !== undefined) this.workers.delete(owner.workerId);
    },
    markDead: (owner) => {
      const row = this.#workerOf(owner);
      if (row !== undefined) this.workers.set(owner.workerId, { ...row, dead: true });
      return row !== undefined;
    },
    nudge: (workerId) => {
      const row = this.workers.get(workerId);
      if (row !== undefined) this.workers.set(workerId, { ...row, look: (row.look ?? 0) + 1 });
    },
    workers: () => [...this.workers.values()],
    planner: () => this.#planner,
    plan: (seen, next) => {
      if (this.#planner?.incarnation !== seen?.incarnation || this.#planner?.beat !== seen?.beat) return false;
      this.#planner = next;
      return true;
    },
    stopPlanning: ({ incarnation }) => {
      if (this.#planner?.incarnation === incarnation) this.#planner = undefined;
    },
    shards: () => [...this.shards.values()],
    shard: (shard) => this.shards.get(shard),
    claim: (shard, seen, owner) => {
      if (!this.#isStillAs(shard, seen)) return undefined;
      const epoch = (seen?.epoch ?? 0) + 1;
      this.#put({ shard, epoch, owner: owner.workerId, incarnation: owner.incarnation });
      return epoch;
    },
    aim: (seen, target) => {
      const row = this.shards.get(seen.shard);
      if (row === undefined || !this.#isStillAs(seen.shard, seen)) return false;
      this.#put({
        ...bare(row),
        ...(target === undefined ? {} : { target: target.workerId, targetIncarnation: target.incarnation }),
      });
      return true;
    },
    ready: (seen, target) => {
      const row = this.shards.get(seen.shard);
      if (row?.epoch !== seen.epoch || row.targetIncarnation !== target.incarnation) return false;
      this.#put({ ...row, ready: true });
      return true;
    },
    handOver: ({ shard, epoch }, from, to) => {
      if (!this.#isOwnedAt(shard, epoch, from)) return false;
      this.#put({ shard, epoch: epoch + 1, owner: to.workerId, incarnation: to.incarnation });
      return true;
    },
    release: ({ shard, epoch }, from) => {
      if (!this.#isOwnedAt(shard, epoch, from)) return false;
      this.#put({ shard, epoch });
      return true;
    },
  };

  #workerOf({ workerId, incarnation }: ShardOwner): WorkerRow | undefined {
    const row = this.workers.get(workerId);
    return row?.incarnation === incarnation ? row : undefined;
  }

  #isStillAs(shard: number, seen: ShardRow | undefined): boolean {
    const row = this.shards.get(shard);
    return (
      row?.epoch === seen?.epoch &&
      row?.incarnation === seen?.incarnation &&
      row?.targetIncarnation === seen?.targetIncarnation
    );
  }

  #isOwnedAt(shard: number, epoch: number, { incarnation }: ShardOwner): boolean {
    const row = this.shards.get(shard);
    return row?.epoch === epoch && row.incarnation === incarnation;
  }

  #put(row: ShardRow): void {
    this.shardWrites += 1;
    this.shards.set(row.shard, row);
  }
}

function bare({ shard, epoch, owner, incarnation }: ShardRow): ShardRow {
  return {
    shard,
    epoch,
    ...(owner === undefined ? {} : { owner }),
    ...(incarnation === undefined ? {} : { incarnation }),
  };
}
