import type { ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { Health } from '../health.ts';
import type { FleetStore, ShardOwner } from '../storage/fleet-store.ts';
import type { MembershipClock } from './clock.ts';
import { drainReason } from './drain-reason.ts';
import { mayAct } from './fence.ts';
import type { DrainReason, FleetEvent } from './fleet-event.ts';
import { type FleetNumbers, fleetNumbers } from './fleet-numbers.ts';
import { HandOvers } from './hand-overs.ts';
import { type Observations, observeWorkers } from './observe-workers.ts';
import { Planner } from './planner.ts';
import { Preloads } from './preloads.ts';

/**
 * A worker's place in the fleet.
 *
 * Phases
 * - `joining`: the worker row is written; nothing is owned.
 * - `serving`: the row beats every 1.5 s. About every second the fleet is looked at: shards whose rows name this incarnation are served,
 *   those of an earlier incarnation of this worker are taken, targets are prepared, and prepared shards handed over. Whoever holds the
 *   planner's lease also plans. While `drain` is set (a newer revision is there, the scaler wants fewer) shards only go.
 * - `leaving` (by `leave`): as `serving`, but all shards must go within the time that is left; then the row goes.
 * - `gone`: left.
 * - `fenced`: the last good beat is too old, or another incarnation took this worker's place. Others may own the shards by now, so
 *   `onFenced` must stop all sockets before anything else; there is no way back but a new process.
 *
 * `#enter` alone sets the phase. The row of a shard alone says who owns it; what this process serves follows the rows, with one
 * exception: an epoch that was given away here is never served again, since a write under way may still take it away. Such a shard
 * is claimed anew, with the next epoch.
 */
export type MembershipPhase = 'joining' | 'serving' | 'leaving' | 'gone' | 'fenced';

export interface MembershipOptions {
  readonly fleet: FleetStore;
  readonly workerId: string;
  readonly incarnation: string;
  readonly generation: number;
  readonly capacity: number;
  readonly shardCount: number;
  readonly processId: number;
  readonly clock: MembershipClock;
  readonly random: () => number;
  readonly numbers?: FleetNumbers;
  /** Sessions with a socket, for the row. */
  readonly sessionCount: () => number;
  /** How this process does, for the row. */
  readonly health?: () => Health;
  readonly sessionsOf: (shard: number) => number;
  /** Prepares a shard that will come soon; must not disturb its owner. */
  readonly onPreload: (shard: number) => Promise<void>;
  /** It will not come after all. */
  readonly onDropPreloaded: (shard: number) => void;
  /** Starts the sessions of a shard; resolves soon. */
  readonly onTaken: (shard: number, epoch: number) => void;
  /** Stops the sessions of a shard; resolves when all sockets are closed and all keys written. */
  readonly onReleasing: (shard: number) => Promise<void>;
  /** Closes all sockets before it returns; `onEvent` then tells why. */
  readonly onFenced: () => void;
  readonly onEvent: (event: FleetEvent) => void;
  readonly onTrouble: (message: string, error: unknown) => void;
}

const beatMs = 1_500;
/** After one that failed, which may have taken a second: three tries fit before the fence closes. */
const beatAgainMs = 150;
/** So that workers that started together do not write together for ever. */
const beatJitter = 0.1;
const observeMs = 1_000;
/** While shards are on their way, each look is part of the time that their sessions are without a socket. */
const fastObserveMs = 250;
const fenceCheckMs = 250;
/** Above so many workers only the planner reads all rows: the reads grow with the square of the fleet. */
const readersMax = 50;
/** In such a fleet the others look when asked to, and this often all the same. */
const lookMs = 30_000;
/** After being asked, or while something moves, they keep looking this long. */
const attentiveMs = 10_000;
/** Fargate kills 120 s after the SIGTERM; what is still here by then goes free at once. */
const leaveMs = 80_000;
/** A leaving worker that cannot read the fleet does not wait for targets. */
const failedLooksMax = 3;

export class Membership {
  readonly #options: MembershipOptions;
  readonly #me: ShardOwner;
  readonly #numbers: FleetNumbers;
  /** Own shards with their epochs. */
  readonly #owned = new Map<number, number>();
  /** Highest epoch of a shard that was given away or lost here. */
  readonly #ended = new Map<number, number>();
  readonly #planner: Planner;
  readonly #handOvers: HandOvers;
  readonly #preloads: Preloads;
  readonly #stop = new AbortController();
  #phase: MembershipPhase = 'joining';
  #drain: DrainReason | undefined;
  #retiring = false;
  #beat = 0;
  #beatFailed = false;
  #lastGoodBeatStartedAtMs = 0;
  #observations: Observations = new Map();
  #loops: Promise<unknown> = Promise.resolve();
  #stopFenceChecks: () => void = () => undefined;
  /** Ends the sleep of the observing loop. */
  #wake = new AbortController();
  #isMoving = false;
  #asked = 0;
  #attentiveUntilMs = Number.POSITIVE_INFINITY;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #leavingSinceMs: number | undefined;
  #failedLooks = 0;
  #isEmptyTold = false;

  constructor(options: MembershipOptions) {
    const { fleet, workerId, incarnation, shardCount, clock, onTrouble, sessionsOf, onReleasing } = options;
    this.#options = options;
    this.#me = { workerId, incarnation };
    this.#numbers = options.numbers ?? fleetNumbers;
    const shared = { fleet, me: this.#me, monotonicNow: () => clock.monotonicNow(), onTrouble };
    this.#planner = new Planner({ ...shared, shardCount, numbers: this.#numbers, readersMax });
    this.#preloads = new Preloads({ ...shared, ...options });
    this.#handOvers = new HandOvers({
      ...shared,
      sessionsOf,
      onReleasing,
      onGiving: ({ shard, epoch }) => this.#endServing(shard, epoch),
      onGiven: ({ shard, epoch }, to) =>
        options.onEvent({ type: 'shard_given', shard, epoch, ...(to === undefined ? {} : { to: to.workerId }) }),
    });
  }

  get phase(): MembershipPhase {
    return this.#phase;
  }

  /** Epoch of an own shard, else `undefined`. */
  epochOf(shard: number): number | undefined {
    return this.#owned.get(shard);
  }

  get ownedCount(): number {
    return this.#owned.size;
  }

  /**
   * Whether this process may cause effects in the world right now. Asked before each effect, it is also what notices first that the
   * process slept: then all sockets are closed before it answers.
   */
  mayAct(): boolean {
    this.#checkFence();
    return this.#phase === 'serving' || this.#phase === 'leaving';
  }

  /** Whether ownership may be lost; unlike `mayAct` this allows what happens before and after membership. */
  isFenced(): boolean {
    this.#checkFence();
    return this.#phase === 'fenced';
  }

  /** Registers, takes what is free, and keeps going until `leave` or a fence. */
  async join(): Promise<void> {
    const { fleet, generation, capacity, processId, clock } = this.#options;
    const startedAtMs = clock.monotonicNow();
    await fleet.register({
      ...this.#me,
      generation,
      capacity,
      processId,
      beat: this.#beat,
      sessions: 0,
      shards: 0,
      draining: false,
      startedAt: new Date(clock.now()).toISOString(),
    });
    this.#lastGoodBeatStartedAtMs = startedAtMs;
    this.#enter('serving');
    this.#stopFenceChecks = clock.every(fenceCheckMs, () => this.#checkFence());
    this.#attentiveUntilMs = startedAtMs + attentiveMs;
    await this.#orTell('The first look at the fleet failed', () => this.#look());
    this.#loops = Promise.all([this.#beatLoop(), this.#observeLoop()]);
  }

  /** Gives everything back and goes. */
  async leave(): Promise<void> {
    if (this.#phase !== 'serving') return;
    const { clock, fleet } = this.#options;
    this.#leavingSinceMs = clock.monotonicNow();
    this.#enter('leaving');
    await this.#orTell('The leaving could not be announced', () => this.#writeBeat());
    this.#wake.abort();
    while (this.#mayWaitForTargets()) await clock.sleep(fastObserveMs / 5, this.#stop.signal);
    await Promise.all([...this.#owned].map(([shard, epoch]) => this.#handOvers.give({ shard, epoch }, undefined)));
    await this.#handOvers.settled();
    if (this.isFenced()) return;
    this.#enter('gone');
    this.#end();
    await this.#loops;
    this.#options.onEvent({ type: 'drained', reason: 'stopping' });
    await this.#orTell('The planning could not be given back', () => this.#planner.stop());
    await this.#orTell('The worker row could not be removed', () => fleet.leave(this.#me));
  }

  #mayWaitForTargets(): boolean {
    const waitedMs = this.#options.clock.monotonicNow() - (this.#leavingSinceMs ?? 0);
    return (
      this.#phase === 'leaving' && this.#owned.size > 0 && waitedMs < leaveMs && this.#failedLooks < failedLooksMax
    );
  }

  async #look(): Promise<void> {
    const { fleet, clock } = this.#options;
    const nowMs = clock.monotonicNow();
    const lease = await fleet.planner();
    if (!this.#planner.watch(lease) && !this.#mustReadAll(lease?.workers ?? 0, nowMs)) return;
    const [workers, shards] = await Promise.all([fleet.workers(), fleet.shards()]);
    if (this.#stop.signal.aborted) return;
    this.#lookedAtMs = nowMs;
    const { live, observations } = observeWorkers(workers, this.#observations, clock.monotonicNow());
    this.#observations = observations;
    this.#noteDrain(live);
    await this.#followRows(shards);
    this.#preloads.follow(shards, this.#drain !== undefined);
    this.#handOvers.start({ owned: this.#owned, shards, live, leavingSinceMs: this.#leavingSinceMs });
    this.#noteMoves(live, shards);
    if (this.#isMoving) this.#attentiveUntilMs = Math.max(this.#attentiveUntilMs, nowMs + attentiveMs);
    const wasPlanning = this.#planner.isPlanning;
    // What the plan gave to this very worker is served at once.
    if (await this.#planner.round({ live, shards, lease })) await this.#followRows(await fleet.shards());
    if (this.#planner.isPlanning && !wasPlanning) this.#options.onEvent({ type: 'planning' });
  }

  /** In a large fleet something always moves, and only those whom it concerns look faster for it. */
  #noteMoves(live: readonly WorkerRow[], shards: readonly ShardRow[]): void {
    const { incarnation } = this.#me;
    const moving = shards.filter(({ targetIncarnation }) => targetIncarnation !== undefined);
    const isLarge = live.length > readersMax && !this.#planner.isPlanning;
    this.#isMoving = isLarge
      ? moving.some((row) => row.incarnation === incarnation || row.targetIncarnation === incarnation)
      : moving.length > 0 || live.some(({ draining, leaving }) => draining || leaving === true);
    if (this.#drain === undefined || this.#owned.size > 0) this.#isEmptyTold = false;
    else if (!this.#isEmptyTold && this.#phase === 'serving') {
      this.#isEmptyTold = true;
      this.#options.onEvent({ type: 'drained', reason: this.#drain });
    }
  }

  #mustReadAll(workers: number, nowMs: number): boolean {
    return workers <= readersMax || nowMs < this.#attentiveUntilMs || nowMs - this.#lookedAtMs >= lookMs;
  }

  /** Serves what the rows give to this process, and nothing else. */
  async #followRows(shards: readonly ShardRow[]): Promise<void> {
    const { workerId, incarnation } = this.#me;
    const claims: Promise<void>[] = [];
    for (const row of shards) {
      const epoch = this.#owned.get(row.shard);
      const isMine = row.incarnation === incarnation;
      if (epoch !== undefined) {
        // An older epoch is a look from before this process took the shard.
        if (row.epoch > epoch || (row.epoch === epoch && !isMine)) claims.push(this.#lose(row.shard, epoch));
        continue;
      }
      if (this.#handOvers.isGiving(row.shard)) continue;
      const wasMine = row.owner === workerId && !isMine;
      const isSpent = isMine && row.epoch <= (this.#ended.get(row.shard) ?? 0);
      if (wasMine || isSpent) claims.push(this.#orTell('A shard could not be claimed', () => this.#claim(row)));
      else if (isMine) this.#serve(row.shard, row.epoch);
    }
    await Promise.all(claims);
  }

  async #claim(row: ShardRow): Promise<void> {
    if (this.#phase !== 'serving') return;
    const epoch = await this.#options.fleet.claim(row.shard, row, this.#me);
    if (epoch !== undefined) this.#serve(row.shard, epoch);
  }

  #serve(shard: number, epoch: number): void {
    if (!this.mayAct() || this.#owned.has(shard)) return;
    this.#owned.set(shard, epoch);
    this.#options.onTaken(shard, epoch);
    this.#options.onEvent({ type: 'shard_taken', shard, epoch });
  }

  /** Somebody else wrote the shard's row: he was entitled to, so nothing is left but to stop. */
  async #lose(shard: number, epoch: number): Promise<void> {
    if (this.#handOvers.isGiving(shard)) return;
    this.#endServing(shard, epoch);
    this.#options.onEvent({ type: 'shard_lost', shard, epoch });
    await this.#orTell('A lost shard could not be stopped', () => this.#options.onReleasing(shard));
  }

  #endServing(shard: number, epoch: number): void {
    this.#owned.delete(shard);
    this.#ended.set(shard, Math.max(epoch, this.#ended.get(shard) ?? 0));
  }

  #noteDrain(live: readonly WorkerRow[]): void {
    const { generation, clock, onEvent } = this.#options;
    const reason = drainReason({
      generation,
      live,
      leaving: this.#phase === 'leaving',
      retiring: this.#retiring,
      observations: this.#observations,
      nowMs: clock.monotonicNow(),
      matureMs: this.#numbers.matureMs,
    });
    const before = this.#drain;
    this.#drain = reason;
    if (reason === before) return;
    if (reason === undefined) onEvent({ type: 'serving_again' });
    else onEvent({ type: 'draining', reason, shards: this.#owned.size });
    // The others learn it by the row.
    void this.#orTell('The draining could not be announced', () => this.#writeBeat());
  }

  async #writeBeat(): Promise<void> {
    // A worker that slept must not look alive again: its shards may have other owners.
    if (!this.mayAct()) return;
    const { fleet, sessionCount, sessionsOf, health, clock } = this.#options;
    const startedAtMs = clock.monotonicNow();
    this.#beat += 1;
    this.#beatFailed = true;
    const row = await fleet.beat(this.#me, {
      ...health?.(),
      beat: this.#beat,
      sessions: sessionCount(),
      shards: this.#owned.size,
      shardSessions: Object.fromEntries([...this.#owned.keys()].map((shard) => [shard, sessionsOf(shard)])),
      draining: this.#drain !== undefined || this.#phase === 'leaving',
      leaving: this.#phase === 'leaving',
    });
    if (row === undefined) return this.#fence('Another incarnation has taken the place of this worker.');
    this.#beatFailed = false;
    this.#lastGoodBeatStartedAtMs = Math.max(this.#lastGoodBeatStartedAtMs, startedAtMs);
    this.#retiring = row.retiring === true;
    if ((row.look ?? 0) === this.#asked) return;
    this.#asked = row.look ?? 0;
    this.#attentiveUntilMs = startedAtMs + attentiveMs;
    this.#wake.abort();
  }

  async #beatLoop(): Promise<void> {
    const { clock, random } = this.#options;
    for (;;) {
      const waitMs = this.#beatFailed ? beatAgainMs : beatMs;
      await clock.sleep(waitMs * (1 - beatJitter + 2 * beatJitter * random()), this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      // A beat that keeps failing ends at the fence.
      await this.#orTell('A beat could not be written', () => this.#writeBeat());
    }
  }

  async #observeLoop(): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      await clock.sleep(this.#isMoving ? fastObserveMs : observeMs, this.#wake.signal);
      if (this.#stop.signal.aborted) return;
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
      if (!this.mayAct()) return;
      this.#failedLooks += 1;
      await this.#orTell('The fleet could not be looked at', async () => {
        await this.#look();
        this.#failedLooks = 0;
      });
    }
  }

  async #orTell(sentence: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // The next round tries again.
      this.#options.onTrouble(sentence, error);
    }
  }

  #checkFence(): void {
    if (this.#phase !== 'serving' && this.#phase !== 'leaving') return;
    const nowMs = this.#options.clock.monotonicNow();
    if (!mayAct({ lastGoodBeatStartedAtMs: this.#lastGoodBeatStartedAtMs, nowMs }))
      this.#fence('The last good beat is too old.');
  }

  #fence(reason: string): void {
    if (this.#phase === 'fenced' || this.#phase === 'gone') return;
    const beatAgeMs = Math.round(this.#options.clock.monotonicNow() - this.#lastGoodBeatStartedAtMs);
    this.#enter('fenced');
    this.#owned.clear();
    this.#end();
    this.#options.onFenced();
    this.#options.onEvent({ type: 'fenced', reason, beatAgeMs });
  }

  #end(): void {
    this.#stop.abort();
    this.#wake.abort();
    this.#stopFenceChecks();
  }

  #enter(phase: MembershipPhase): void {
    if (this.#phase === 'fenced' || this.#phase === 'gone')
      throw new Error(`A worker that is ${this.#phase} cannot be ${phase}.`);
    this.#phase = phase;
  }
}
