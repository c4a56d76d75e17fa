import type { PlannerRow, ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { FleetStore, ShardOwner } from '../storage/fleet-store.ts';
import { fenceMs } from './fence.ts';
import type { FleetNumbers } from './fleet-numbers.ts';
import { isFleetStorm } from './fleet-storm.ts';
import { isSilent, observeBeat, type Seen } from './observe-workers.ts';
import { type Move, type PlanMemory, plan, startOfMemory } from './plan.ts';

export interface PlannerOptions {
  readonly fleet: FleetStore;
  readonly me: ShardOwner;
  readonly shardCount: number;
  readonly numbers: FleetNumbers;
  readonly monotonicNow: () => number;
  /** Above so many live workers they look only when asked to. */
  readonly readersMax: number;
  readonly onTrouble: (message: string, error: unknown) => void;
}

/** What one look at the tables showed. */
export interface FleetView {
  readonly live: readonly WorkerRow[];
  readonly shards: readonly ShardRow[];
  readonly lease: PlannerRow | undefined;
}

const renewMs = 1_500;

/**
 * The planner's place, which at most one worker fills for long, and its rounds.
 *
 * Not planning: the lease belongs to another, whose counter is watched. It is free when there is none, when it stands still for as long
 * as a dead worker's beat would, when its holder is no live worker, or is an earlier incarnation of this one. Planning: the lease is
 * renewed every 1.5 s; a round plans only while the last good renewal is younger than the self-fence. Should two plan at once, their
 * conditional writes keep them harmless.
 */
export class Planner {
  readonly #options: PlannerOptions;
  #watched: { readonly incarnation: string; readonly seen: Seen } | undefined;
  #held: { readonly row: PlannerRow; readonly renewedAtMs: number } | undefined;
  #memory: PlanMemory | undefined;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  get isPlanning(): boolean {
    return this.#held !== undefined;
  }

  /** Whether this worker should read everything to plan, or to see whether it must. Notes the look at the lease. */
  watch(lease: PlannerRow | undefined): boolean {
    const { me, monotonicNow } = this.#options;
    if (lease === undefined || lease.workerId === me.workerId) {
      this.#watched = undefined;
      return true;
    }
    this.#held = undefined;
    const before = this.#watched?.incarnation === lease.incarnation ? this.#watched.seen : undefined;
    const seen = observeBeat(before, lease.beat, monotonicNow());
    this.#watched = { incarnation: lease.incarnation, seen };
    return isSilent(seen, monotonicNow());
  }

  /** Plans if this worker is the planner, or can become it. Resolves to whether it planned. */
  async round(view: FleetView): Promise<boolean> {
    if (!(await this.#hold(view))) return false;
    const { shardCount, numbers, monotonicNow } = this.#options;
    const nowMs = monotonicNow();
    this.#memory ??= startOfMemory(nowMs);
    const { live, shards } = view;
    const { moves, memory } = plan({ shardCount, shards, live, nowMs, numbers, memory: this.#memory });
    this.#memory = memory;
    // One that fails is planned again in the next round, and must not hide the others.
    const done = await Promise.allSettled(moves.map((move) => this.#carryOut(move, live.length)));
    for (const each of done) {
      if (each.status === 'rejected') this.#options.onTrouble('A move could not be written', each.reason);
    }
    return moves.length > 0;
  }

  async stop(): Promise<void> {
    if (this.#held === undefined) return;
    this.#held = undefined;
    await this.#options.fleet.stopPlanning(this.#options.me);
  }

  async #hold({ live, lease }: FleetView): Promise<boolean> {
    const { fleet, me, numbers, monotonicNow } = this.#options;
    const startedAtMs = monotonicNow();
    const mine = lease?.incarnation === me.incarnation;
    if (!mine && !this.#isFree(live, lease)) return false;
    const isFresh = this.#held !== undefined && startedAtMs - this.#held.renewedAtMs < renewMs;
    if (mine && isFresh) return true;
    const row = { ...me, beat: (lease?.beat ?? 0) + 1, workers: live.length, storm: isFleetStorm(live, numbers) };
    const written = await fleet.plan(lease, row);
    if (!mine) this.#memory = undefined;
    this.#held = written ? { row, renewedAtMs: startedAtMs } : undefined;
    return written && monotonicNow() - startedAtMs < fenceMs;
  }

  #isFree(live: readonly WorkerRow[], lease: PlannerRow | undefined): boolean {
    const { me, monotonicNow } = this.#options;
    if (lease === undefined || lease.workerId === me.workerId) return true;
    if (!live.some(({ incarnation }) => incarnation === lease.incarnation)) return true;
    return this.#watched !== undefined && isSilent(this.#watched.seen, monotonicNow());
  }

  async #carryOut(move: Move, workers: number): Promise<void> {
    const { fleet, readersMax } = this.#options;
    const { shard, seen } = move;
    if (move.kind === 'assign') await fleet.claim(shard, seen, move.to);
    else if (move.kind === 'aim') await fleet.aim(move.seen, move.to);
    else await fleet.aim(move.seen, undefined);
    if (workers <= readersMax) return;
    const concerned = new Set([seen?.owner, move.kind === 'recall' ? seen?.target : move.to.workerId]);
    await Promise.all([...concerned].map((workerId) => workerId && fleet.nudge(workerId)));
  }
}
