import { sleep } from '../concurrency/sleep.ts';
import type { FleetStore } from '../storage/fleet-store.ts';
import { mayAct } from './fence.ts';
import { type Observations, observeWorkers } from './observe-workers.ts';
import { planShards } from './plan-shards.ts';

/**
 * A worker's place in the fleet.
 *
 * `joining`: the worker row is written; nothing is owned. `serving`: the row beats every 1.5 s; about every second the fleet is
 * looked at, free shards are claimed up to the fair share, and a surplus is given back after its sessions stopped. `draining`
 * (asked by `leave`): nothing is claimed any more; shards are given back one after the other, then the row goes.
 * `fenced`: the last good beat is too old, or another incarnation took this worker's place. Others may own the shards by now, so
 * `onFenced` must stop all sockets before anything else; there is no way back but a new process.
 */
export type MembershipPhase = 'joining' | 'serving' | 'draining' | 'fenced';

export interface MembershipOptions {
  readonly fleet: FleetStore;
  readonly workerId: string;
  readonly incarnation: string;
  readonly generation: number;
  readonly capacity: number;
  readonly shardCount: number;
  readonly processId: number;
  /** Monotonic milliseconds. */
  readonly monotonicNow: () => number;
  readonly now: () => number;
  readonly random: () => number;
  /** Sessions with a socket, for the row. */
  readonly sessionCount: () => number;
  /** Starts the sessions of a shard; resolves soon. */
  readonly onTaken: (shard: number, epoch: number) => void;
  /** Stops the sessions of a shard; resolves when all sockets are closed and all keys written. */
  readonly onReleasing: (shard: number) => Promise<void>;
  /** Synchronous: sockets must be gone before the next event is handled. */
  readonly onFenced: (reason: string) => void;
  readonly onTrouble: (message: string, error: unknown) => void;
}

const beatMs = 1_500;
/** So that workers that started together do not write together for ever. */
const beatJitter = 0.1;
const observeMs = 1_000;
const fenceCheckMs = 250;

export class Membership {
  readonly #options: MembershipOptions;
  /** Own shards with their epochs. */
  readonly #owned = new Map<number, number>();
  readonly #stop = new AbortController();
  #phase: MembershipPhase = 'joining';
  #beat = 0;
  #lastGoodBeatStartedAtMs = 0;
  #observations: Observations = new Map();
  #loops: Promise<unknown> = Promise.resolve();
  #fenceTimer: NodeJS.Timeout | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  get phase(): MembershipPhase {
    return this.#phase;
  }

  /** Epoch of an own shard, else `undefined`. */
  epochOf(shard: number): number | undefined {
    return this.#owned.get(shard);
  }

  /** Whether this process may cause effects in the world right now. */
  mayAct(): boolean {
    const times = { lastGoodBeatStartedAtMs: this.#lastGoodBeatStartedAtMs, nowMs: this.#options.monotonicNow() };
    return this.#phase !== 'fenced' && this.#phase !== 'joining' && mayAct(times);
  }

  /** Registers, takes what is free, and keeps going until `leave` or a fence. */
  async join(): Promise<void> {
    const { fleet, workerId, incarnation, generation, capacity, processId } = this.#options;
    const startedAtMs = this.#options.monotonicNow();
    await fleet.register({
      workerId,
      incarnation,
      generation,
      capacity,
      processId,
      beat: this.#beat,
      sessions: 0,
      shards: 0,
      draining: false,
      startedAt: new Date(this.#options.now()).toISOString(),
    });
    this.#lastGoodBeatStartedAtMs = startedAtMs;
    this.#phase = 'serving';
    this.#fenceTimer = setInterval(() => this.#checkFence(), fenceCheckMs);
    await this.#observe();
    this.#loops = Promise.all([
      this.#loop(
        () => this.#writeBeat(),
        () => this.#beatDelayMs(),
      ),
      this.#observeLoop(),
    ]);
  }

  /** Gives everything back and goes. */
  async leave(): Promise<void> {
    if (this.#phase === 'fenced') return;
    this.#phase = 'draining';
    await this.#orTell(() => this.#writeBeat());
    // One that cannot be given back must not keep the others: its row is free as soon as this worker's row is gone.
    await Promise.all([...this.#owned.keys()].map((shard) => this.#orTell(() => this.#release(shard))));
    this.#stop.abort();
    clearInterval(this.#fenceTimer);
    await this.#loops;
    await this.#orTell(() => this.#options.fleet.leave(this.#options.workerId, this.#options.incarnation));
  }

  async #orTell(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.onTrouble('A step of leaving the fleet failed', error);
    }
  }

  async #observe(): Promise<void> {
    const { fleet, shardCount, workerId, incarnation, monotonicNow } = this.#options;
    const [workers, shards] = await Promise.all([fleet.workers(), fleet.shards()]);
    const { live, observations } = observeWorkers(workers, this.#observations, monotonicNow());
    this.#observations = observations;
    const me = { workerId, incarnation };
    for (const row of shards) {
      if (this.#owned.has(row.shard) && row.incarnation !== incarnation) await this.#lose(row.shard);
      if (!this.#owned.has(row.shard) && row.incarnation === incarnation) this.#adopt(row.shard, row.epoch);
    }
    const plan = planShards({ shardCount, shards, live, me, draining: this.#phase !== 'serving' });
    await Promise.all(plan.claim.map(({ shard, seen }) => this.#claim(shard, seen)));
    for (const shard of plan.release) await this.#release(shard);
  }

  async #claim(shard: number, seen: Parameters<FleetStore['claim']>[1]): Promise<void> {
    const epoch = await this.#options.fleet.claim(shard, seen, this.#options);
    if (epoch !== undefined) this.#adopt(shard, epoch);
  }

  /**
   * Serves a shard whose row names this process: after a claim, and after a claim or a giving back whose answer was lost. The row
   * alone counts, else a shard could name a living worker that does not serve it.
   */
  #adopt(shard: number, epoch: number): void {
    if (this.#phase !== 'serving') return;
    this.#owned.set(shard, epoch);
    this.#options.onTaken(shard, epoch);
  }

  async #release(shard: number): Promise<void> {
    if (!this.#owned.has(shard)) return;
    await this.#options.onReleasing(shard);
    this.#owned.delete(shard);
    await this.#options.fleet.release(shard, this.#options);
  }

  /** Somebody else wrote the shard's row: he was entitled to, so nothing is left but to stop. */
  async #lose(shard: number): Promise<void> {
    this.#owned.delete(shard);
    await this.#options.onReleasing(shard);
  }

  async #writeBeat(): Promise<void> {
    const { fleet, workerId, incarnation, sessionCount, monotonicNow } = this.#options;
    const startedAtMs = monotonicNow();
    this.#beat += 1;
    const draining = this.#phase === 'draining';
    const beat = { beat: this.#beat, sessions: sessionCount(), shards: this.#owned.size, draining };
    if (await fleet.beat(workerId, incarnation, beat)) this.#lastGoodBeatStartedAtMs = startedAtMs;
    else this.#fence('Another incarnation has taken the place of this worker.');
  }

  #beatDelayMs(): number {
    return beatMs * (1 - beatJitter + 2 * beatJitter * this.#options.random());
  }

  #observeLoop(): Promise<void> {
    return this.#loop(
      () => this.#observe(),
      () => observeMs,
    );
  }

  async #loop(work: () => Promise<void>, delayMs: () => number): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      await sleep(delayMs(), signal);
      if (signal.aborted) return;
      try {
        await work();
      } catch (error) {
        // The next round tries again; a beat that keeps failing ends at the fence.
        this.#options.onTrouble('A round of the membership failed', error);
      }
    }
  }

  #checkFence(): void {
    if (this.#phase === 'fenced' || this.mayAct()) return;
    this.#fence('The last good beat is too old.');
  }

  #fence(reason: string): void {
    if (this.#phase === 'fenced') return;
    this.#phase = 'fenced';
    this.#stop.abort();
    clearInterval(this.#fenceTimer);
    this.#owned.clear();
    this.#options.onFenced(reason);
  }
}
