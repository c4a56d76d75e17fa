import type { ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';
import { Burdens, type Carrier, fill, hasRoom, leastFilled } from './burdens.ts';
import type { FleetNumbers } from './fleet-numbers.ts';

/** What a planner remembers between its rounds. A new planner starts as if there had been a take-over just now. */
export interface PlanMemory {
  /** Since when a worker carries too much, by incarnation. */
  readonly surplusSinceMs: ReadonlyMap<string, number>;
  /** When a target was first seen on a shard. */
  readonly aimedSinceMs: ReadonlyMap<number, { readonly targetIncarnation: string; readonly sinceMs: number }>;
  readonly tookOverAtMs: number;
}

export interface PlanInput {
  readonly shardCount: number;
  readonly shards: readonly ShardRow[];
  /** Live workers, as the planner sees them. */
  readonly live: readonly WorkerRow[];
  /** Monotonic milliseconds of the planner. */
  readonly nowMs: number;
  readonly memory: PlanMemory;
  readonly numbers: FleetNumbers;
}

/**
 * `assign`: a shard that nobody serves gets a new owner. `aim`: its owner shall hand it to a target. `recall`: it shall keep it.
 * Each carries the row that it was decided on.
 */
export type Move =
  | { readonly kind: 'assign'; readonly shard: number; readonly seen: ShardRow | undefined; readonly to: WorkerRow }
  | { readonly kind: 'aim'; readonly shard: number; readonly seen: ShardRow; readonly to: WorkerRow }
  | { readonly kind: 'recall'; readonly shard: number; readonly seen: ShardRow };

export interface Plan {
  readonly moves: readonly Move[];
  readonly memory: PlanMemory;
}

/** @example startOfMemory(performance.now()) */
export function startOfMemory(nowMs: number): PlanMemory {
  return { surplusSinceMs: new Map(), aimedSinceMs: new Map(), tookOverAtMs: nowMs };
}

/**
 * Decides who shall own what.
 *
 * - Orphans (no owner, or a dead one) are assigned at once: to the target that prepared itself, to the owner's own new incarnation, else
 *   to the least filled worker of the newest revision; when all drain, to one of these, unless it is leaving: better than to nobody.
 * - Shards of draining workers are aimed at the least filled healthy workers of the newest revision that have room; those of leaving
 *   workers at any, room or not. One draining worker after the other, within the limits of a round.
 * - For the balance shards move only when a worker has carried more than its fair share and a fifth for a minute, a minute after the last
 *   take-over, while nothing else moves, and only when the receiver stays below the giver: so it ends, and then stays as it is. A worker
 *   without sessions gives its shards without that patience: nobody feels it.
 *
 * Safety does not depend on it: each move is a conditional write on the row that it was decided on.
 *
 * @example plan({ shardCount: 8, shards, live, nowMs, memory, numbers: fleetNumbers }).moves
 */
export function plan(input: PlanInput): Plan {
  return new PlanRound(input).run();
}

class PlanRound {
  readonly #input: PlanInput;
  readonly #rows: ReadonlyMap<number, ShardRow>;
  readonly #burdens: Burdens;
  /** Neither draining nor leaving. */
  readonly #healthy: readonly Carrier[];
  /** Those of the highest revision among them. */
  readonly #newest: readonly Carrier[];
  /** Those that will live on for a while, be it empty. */
  readonly #staying: readonly Carrier[];
  readonly #moves: Move[] = [];
  readonly #inFlight = new Map<string, number>();
  #aims = 0;

  constructor(input: PlanInput) {
    this.#input = input;
    this.#rows = new Map(input.shards.map((row) => [row.shard, row]));
    this.#burdens = new Burdens(input.live, input.shards);
    this.#healthy = [...this.#burdens.carriers.values()].filter(({ worker }) => !goes(worker));
    const newest = Math.max(...this.#healthy.map(({ worker }) => worker.generation));
    this.#newest = this.#healthy.filter(({ worker }) => worker.generation === newest);
    this.#staying = [...this.#burdens.carriers.values()].filter(({ worker }) => worker.leaving !== true);
  }

  run(): Plan {
    const aimedSinceMs = this.#aimedSinceMs();
    const orphans = this.#orphans();
    const tookOver = orphans.some(({ seen }) => seen?.incarnation !== undefined);
    const tookOverAtMs = tookOver ? this.#input.nowMs : this.#input.memory.tookOverAtMs;
    for (const orphan of orphans) this.#assign(orphan);
    this.#mendAims(aimedSinceMs);
    this.#empty();
    const surplusSinceMs = this.#surplusSinceMs();
    if (orphans.length === 0) this.#balance(surplusSinceMs, tookOverAtMs);
    return { moves: this.#moves, memory: { surplusSinceMs, aimedSinceMs, tookOverAtMs } };
  }

  #orphans(): { shard: number; seen: ShardRow | undefined }[] {
    return Array.from({ length: this.#input.shardCount }, (_, shard) => ({
      shard,
      seen: this.#rows.get(shard),
    })).filter(({ seen }) => seen?.incarnation === undefined || !this.#burdens.carriers.has(seen.incarnation));
  }

  #assign({ shard, seen }: { readonly shard: number; readonly seen: ShardRow | undefined }): void {
    const target = this.#healthy.find(({ worker }) => worker.incarnation === seen?.targetIncarnation);
    const restarted = this.#healthy.find(({ worker }) => worker.workerId === seen?.owner);
    const to = target ?? restarted ?? leastFilled(this.#newest) ?? leastFilled(this.#staying);
    if (to === undefined) return;
    // The burden of a target counts it already.
    if (to !== target) this.#burdens.move(shard, undefined, to);
    this.#moves.push({ kind: 'assign', shard, seen, to: to.worker });
  }

  /** Counts what is on its way, and turns away from targets that are gone, are going, or do not answer. */
  #mendAims(aimedSinceMs: PlanMemory['aimedSinceMs']): void {
    for (const seen of this.#input.shards) {
      const from = this.#burdens.carriers.get(seen.incarnation ?? '');
      if (from === undefined || seen.targetIncarnation === undefined) continue;
      const target = this.#healthy.find(({ worker }) => worker.incarnation === seen.targetIncarnation);
      const sinceMs = aimedSinceMs.get(seen.shard)?.sinceMs ?? this.#input.nowMs;
      const answers = seen.ready === true || this.#input.nowMs - sinceMs < this.#input.numbers.readyMs;
      if (target !== undefined && answers) {
        this.#count(from.worker, target.worker);
        continue;
      }
      const others = this.#newest.filter(
        (each) => each !== target && each !== from && this.#mayFly(from.worker, each.worker),
      );
      const next = goes(from.worker) ? leastFilled(others) : undefined;
      // Its burden was counted at the target, if that one is still there.
      if (next !== undefined) this.#aim(seen, from, next, this.#burdens.carriers.get(seen.targetIncarnation));
      else this.#moves.push({ kind: 'recall', shard: seen.shard, seen });
    }
  }

  #empty(): void {
    const going = [...this.#burdens.carriers.values()]
      .filter(({ worker }) => goes(worker))
      .sort((one, other) => one.shards - other.shards || (one.worker.workerId < other.worker.workerId ? -1 : 1));
    for (const from of going) {
      for (const seen of this.#settledShardsOf(from)) {
        if (this.#aims >= this.#aimsMax) return;
        const to = leastFilled(this.#takersFrom(from, seen.shard));
        if (to === undefined) continue;
        this.#aim(seen, from, to);
      }
    }
  }

  #takersFrom(from: Carrier, shard: number): Carrier[] {
    const free = (each: Carrier) => each !== from && this.#mayFly(from.worker, each.worker);
    const more = this.#burdens.sessionsOfShard(shard, from);
    const roomy = this.#newest.filter((each) => free(each) && hasRoom(each, more));
    if (roomy.length > 0 || from.worker.leaving !== true) return roomy;
    const roomyOld = this.#healthy.filter((each) => free(each) && hasRoom(each, more));
    return roomyOld.length > 0 ? roomyOld : this.#healthy.filter(free);
  }

  #balance(surplusSinceMs: PlanMemory['surplusSinceMs'], tookOverAtMs: number): void {
    const { nowMs, numbers } = this.#input;
    // Also a worker that drains changes everybody's fair share.
    if (this.#inFlight.size > 0 || this.#healthy.length < this.#burdens.carriers.size) return;
    const calm = nowMs - tookOverAtMs >= numbers.calmMs;
    const givers = this.#healthy
      .filter(({ worker }) => {
        const sinceMs = surplusSinceMs.get(worker.incarnation);
        if (sinceMs === undefined) return false;
        return worker.sessions === 0 || (calm && nowMs - sinceMs >= numbers.surplusMs);
      })
      .sort((one, other) => fill(other) - fill(one));
    for (const from of givers) {
      for (const seen of this.#settledShardsOf(from)) {
        if (this.#aims >= this.#aimsMax) return;
        const to = leastFilled(this.#newest.filter((each) => each !== from && this.#mayFly(from.worker, each.worker)));
        // The receiver must stay below what the giver was: then the fleet gets more even with each move, and the moves end.
        if (to === undefined || fill(to, this.#burdens.burdenOfShard(seen.shard, from)) >= fill(from) - tiny) continue;
        this.#aim(seen, from, to);
      }
    }
  }

  #surplusSinceMs(): Map<string, number> {
    const { nowMs, memory, numbers } = this.#input;
    const capacity = this.#healthy.reduce((sum, { worker }) => sum + Math.max(1, worker.capacity), 0);
    const fair = this.#healthy.reduce((sum, { burden }) => sum + burden, 0) / Math.max(1, capacity);
    return new Map(
      this.#healthy
        .filter((each) => fill(each) > fair * (1 + numbers.surplusShare))
        .map(({ worker: { incarnation } }) => [incarnation, memory.surplusSinceMs.get(incarnation) ?? nowMs]),
    );
  }

  #aimedSinceMs(): Map<number, { targetIncarnation: string; sinceMs: number }> {
    const { nowMs, memory } = this.#input;
    const aimed = new Map<number, { targetIncarnation: string; sinceMs: number }>();
    for (const { shard, targetIncarnation } of this.#input.shards) {
      if (targetIncarnation === undefined) continue;
      const before = memory.aimedSinceMs.get(shard);
      const sinceMs = before?.targetIncarnation === targetIncarnation ? before.sinceMs : nowMs;
      aimed.set(shard, { targetIncarnation, sinceMs });
    }
    return aimed;
  }

  /** Shards of a worker that are not on their way to another, the last first: low numbers stay where they are. */
  #settledShardsOf({ worker }: Carrier): ShardRow[] {
    return this.#input.shards
      .filter(
        ({ incarnation, targetIncarnation }) => incarnation === worker.incarnation && targetIncarnation === undefined,
      )
      .sort((one, other) => other.shard - one.shard);
  }

  #aim(seen: ShardRow, from: Carrier, to: Carrier, countedAt: Carrier = from): void {
    this.#burdens.move(seen.shard, countedAt, to);
    this.#count(from.worker, to.worker);
    this.#aims += 1;
    this.#moves.push({ kind: 'aim', shard: seen.shard, seen, to: to.worker });
  }

  #count(from: WorkerRow, to: WorkerRow): void {
    const pair = pairOf(from, to);
    this.#inFlight.set(pair, (this.#inFlight.get(pair) ?? 0) + 1);
  }

  #mayFly(from: WorkerRow, to: WorkerRow): boolean {
    return (this.#inFlight.get(pairOf(from, to)) ?? 0) < this.#input.numbers.pairMovesMax;
  }

  get #aimsMax(): number {
    return Math.max(1, Math.floor(this.#input.shardCount * this.#input.numbers.movesShare));
  }
}

/** Below any difference that a move could make. */
const tiny = 1e-9;

function goes({ draining, leaving }: WorkerRow): boolean {
  return draining || leaving === true;
}

function pairOf(from: WorkerRow, to: WorkerRow): string {
  return `${from.incarnation}>${to.incarnation}`;
}
