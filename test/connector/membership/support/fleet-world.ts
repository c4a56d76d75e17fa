import { fenceMs } from '../../../../connector/membership/fence.ts';
import type { FleetEvent } from '../../../../connector/membership/fleet-event.ts';
import type { FleetStore } from '../../../../connector/storage/fleet-store.ts';
import { MemoryFleetTable } from './memory-fleet-table.ts';
import { VirtualTime } from './virtual-time.ts';
import { VirtualWorker } from './virtual-worker.ts';

export interface FleetWorldOptions {
  readonly shardCount: number;
  /** In [0, 1); a seeded one makes a world repeatable. */
  readonly random: () => number;
  /** Sessions of each shard that want to be connected. */
  readonly sessionsOf?: (shard: number) => number;
  /** Round trip to the table. */
  readonly callMs?: { readonly min: number; readonly max: number };
  /** Of all calls, how many are lost on their way there; as many lose their answer, and as many arrive after their caller has given up. */
  readonly lossShare?: number;
  /** From the first step of a hand-off on the owner's side to its last session's end. */
  readonly releaseMs?: { readonly min: number; readonly max: number };
  /** From the moment that a shard is taken until its sessions are connected. */
  readonly connectMs?: { readonly min: number; readonly max: number };
  /**
   * Which owners count as fresh. `true_time`: by the world's clock, less than 4.5 s since the start of the last good beat. `own_clock`: as
   * the worker itself counts, which is what it acts by.
   */
  readonly freshBy?: 'true_time' | 'own_clock';
}

export interface AddedWorker {
  readonly workerId: string;
  readonly generation?: number;
  readonly capacity?: number;
  /** Of its clock; 1.2 runs a fifth too fast. */
  readonly clockRate?: number;
}

/** A time without a socket for the sessions of a shard. */
export interface Gap {
  readonly shard: number;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * A fleet in virtual time: the real membership, planner and fence of every worker, over a table in memory and a network and clocks that
 * can be bad. What must never happen throws at once; what is to be counted is in `gaps`, `calls` and `events`.
 *
 * @example
 * const world = new FleetWorld({ shardCount: 64, random });
 * world.add({ workerId: 'a' });
 * await world.run(60_000);
 * world.crash('a', { restartMs: 1_500 });
 */
export class FleetWorld {
  readonly options: Required<FleetWorldOptions>;
  readonly time = new VirtualTime();
  readonly table = new MemoryFleetTable();
  readonly workers = new Map<string, VirtualWorker>();
  readonly gaps: Gap[] = [];
  readonly events: { readonly atMs: number; readonly workerId: string; readonly event: FleetEvent }[] = [];
  /** Calls that reached the table. */
  readonly calls = new Map<keyof FleetStore, number>();
  /** Broken invariants; a world is good while this is empty. */
  readonly faults: string[] = [];
  readonly #highestEpoch = new Map<number, number>();
  readonly #connected = new Map<number, VirtualWorker>();
  readonly #unservedSinceMs = new Map<number, number>();
  #incarnations = 0;

  constructor(options: FleetWorldOptions) {
    this.options = {
      sessionsOf: () => 1,
      callMs: { min: 2, max: 20 },
      lossShare: 0,
      releaseMs: { min: 50, max: 2_000 },
      connectMs: { min: 300, max: 1_200 },
      freshBy: 'true_time',
      ...options,
    };
    for (let shard = 0; shard < options.shardCount; shard++) this.#unservedSinceMs.set(shard, 0);
  }

  add(added: AddedWorker): VirtualWorker {
    this.#incarnations += 1;
    const worker = new VirtualWorker(this, added, `inc_${added.workerId}_${this.#incarnations}`);
    this.workers.set(added.workerId, worker);
    worker.start();
    return worker;
  }

  /** Lets time pass. */
  run(durationMs: number): Promise<void> {
    return this.time.runUntil(this.time.nowMs + durationMs);
  }

  /** The process dies; its parent starts a new one after `restartMs`, if that is given. */
  crash(workerId: string, { restartMs }: { readonly restartMs?: number } = {}): void {
    const worker = this.#worker(workerId);
    if (worker === undefined) return;
    worker.kill();
    if (restartMs === undefined) this.workers.delete(workerId);
    else
      this.time.at(this.time.nowMs + restartMs, () => this.workers.get(workerId) === worker && this.add(worker.added));
  }

  /** The process stands still for so long, as with SIGSTOP. What came meanwhile is handled afterwards, in any order. */
  freeze(workerId: string, durationMs: number): void {
    this.#worker(workerId)?.freeze(durationMs);
  }

  /** Nothing of this worker reaches the table for so long. */
  partition(workerId: string, durationMs: number): void {
    this.#worker(workerId)?.partition(durationMs);
  }

  /** SIGTERM: the worker gives everything away and goes. */
  stop(workerId: string): void {
    this.#worker(workerId)?.leave();
  }

  /** The scaler wants this worker empty, or no longer so. */
  retire(workerId: string, retiring = true): void {
    const row = this.table.workers.get(workerId);
    if (row !== undefined) this.table.workers.set(workerId, { ...row, retiring });
  }

  ownersOf(shard: number): VirtualWorker[] {
    return [...this.workers.values()].filter((worker) => worker.serving.has(shard));
  }

  /** Shards that nobody serves, and since when. */
  unserved(): ReadonlyMap<number, number> {
    return this.#unservedSinceMs;
  }

  between({ min, max }: { readonly min: number; readonly max: number }): number {
    return min + (max - min) * this.options.random();
  }

  /** For workers: a shard's sessions start. */
  noteTaken(by: VirtualWorker, shard: number, epoch: number): void {
    if (epoch <= (this.#highestEpoch.get(shard) ?? 0)) {
      this.faults.push(`${by.incarnation} took shard ${shard} under epoch ${epoch}, which was taken before.`);
    }
    this.#highestEpoch.set(shard, epoch);
    this.checkOwners(shard);
    this.time.at(this.time.nowMs + this.between(this.options.connectMs), () => {
      if (by.serving.get(shard) === epoch && !by.isFrozen) this.noteConnected(by, shard);
    });
  }

  /** For workers: a shard's sessions have their sockets. */
  noteConnected(by: VirtualWorker, shard: number): void {
    this.#connected.set(shard, by);
    const sinceMs = this.#unservedSinceMs.get(shard);
    if (sinceMs === undefined) return;
    this.#unservedSinceMs.delete(shard);
    this.gaps.push({ shard, sinceMs, untilMs: this.time.nowMs });
  }

  /** For workers: a shard's sessions have ended, died, or stand still. Those of another may have been there before. */
  noteEnded(by: VirtualWorker, shard: number): void {
    if (this.#connected.get(shard) !== by) return;
    this.#connected.delete(shard);
    this.#unservedSinceMs.set(shard, this.time.nowMs);
  }

  noteEvent(by: VirtualWorker, event: FleetEvent): void {
    this.events.push({ atMs: this.time.nowMs, workerId: by.added.workerId, event });
  }

  noteCall(name: keyof FleetStore): void {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
  }

  /** Whether an owner's last good beat is young enough to act. */
  isFresh(worker: VirtualWorker): boolean {
    const rate = this.options.freshBy === 'own_clock' ? worker.clockRate : 1;
    return (this.time.nowMs - worker.lastGoodBeatAtMs) * rate < fenceMs;
  }

  /** The first invariant: never two owners with a fresh beat. */
  checkOwners(shard: number): void {
    const fresh = this.ownersOf(shard).filter((worker) => this.isFresh(worker));
    if (fresh.length < 2) return;
    const names = fresh.map(({ incarnation }) => incarnation).join(' and ');
    this.faults.push(`Shard ${shard} has two owners with fresh beats at ${this.time.nowMs} ms: ${names}.`);
  }

  #worker(workerId: string): VirtualWorker | undefined {
    const worker = this.workers.get(workerId);
    return worker?.isAlive === true ? worker : undefined;
  }
}
