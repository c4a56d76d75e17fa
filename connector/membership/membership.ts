import type { WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { Beat, ShardOwner } from '../storage/fleet-store.ts';
import { Attention, readersMax } from './attention.ts';
import { Beats } from './beats.ts';
import { DrainNotes } from './drain-notes.ts';
import { drainReason } from './drain-reason.ts';
import { type FleetNumbers, fleetNumbers } from './fleet-numbers.ts';
import { isFleetStorm } from './fleet-storm.ts';
import { HandOvers } from './hand-overs.ts';
import type { MembershipOptions } from './membership-options.ts';
import { type Observations, observeWorkers } from './observe-workers.ts';
import { orTell } from './or-tell.ts';
import { OwnShards } from './own-shards.ts';
import { Planner } from './planner.ts';
import { Preloads } from './preloads.ts';

/**
 * A worker's place in the fleet.
 *
 * Phases
 * - `joining`: the worker row is written; nothing is owned.
 * - `serving`: the row beats every 1.5 s (`Beats`). About every second (`Attention`) the fleet is looked at: shards whose rows name this
 *   incarnation are served, those of an earlier incarnation of this worker are taken (`OwnShards`), targets are prepared (`Preloads`), and
 *   prepared shards handed over (`HandOvers`). Whoever holds the planner's lease also plans (`Planner`). While there is a reason to drain
 *   (a newer revision is there, the scaler wants this worker to go) shards only go.
 * - `leaving` (by `leave`): as `serving`, but all shards must go within the time that is left; then the row goes.
 * - `gone`: left.
 * - `fenced`: the last good beat is too old, or another incarnation took this worker's place. Others may own the shards by now, so
 *   `onFenced` must stop all sockets before anything else; there is no way back but a new process.
 *
 * `#enter` alone sets the phase, and never again after `gone` or `fenced`.
 */
export type MembershipPhase = 'joining' | 'serving' | 'leaving' | 'gone' | 'fenced';

const fenceCheckMs = 250;
/** While it leaves, a worker sees this often whether its last shard has gone. */
const leftCheckMs = 50;
/** Fargate kills 120 s after the SIGTERM; what is still here by then goes free at once. */
const leaveMs = 80_000;
/** A leaving worker that cannot read the fleet does not wait for targets. */
const failedLooksMax = 3;

export class Membership {
  readonly #options: MembershipOptions;
  readonly #me: ShardOwner;
  readonly #numbers: FleetNumbers;
  readonly #beats: Beats;
  readonly #attention: Attention;
  readonly #own: OwnShards;
  readonly #planner: Planner;
  readonly #handOvers: HandOvers;
  readonly #preloads: Preloads;
  readonly #drain: DrainNotes;
  readonly #stop = new AbortController();
  #phase: MembershipPhase = 'joining';
  #retiring = false;
  #observations: Observations = new Map();
  #loops: Promise<unknown> = Promise.resolve();
  #stopFenceChecks: () => void = () => undefined;
  #leavingSinceMs: number | undefined;
  #failedLooks = 0;

  constructor(options: MembershipOptions) {
    const { clock, onEvent } = options;
    this.#options = options;
    this.#me = { workerId: options.workerId, incarnation: options.incarnation };
    this.#numbers = options.numbers ?? fleetNumbers;
    this.#attention = new Attention(clock, options.incarnation);
    this.#drain = new DrainNotes(onEvent);
    const shared = { ...options, me: this.#me, monotonicNow: () => clock.monotonicNow() };
    this.#beats = new Beats({
      ...shared,
      mayBeat: () => this.mayAct(),
      content: () => this.#beat(),
      onRow: (row, startedAtMs) => {
        this.#retiring = row.retiring === true;
        this.#attention.asked(row.look ?? 0, startedAtMs);
      },
      onReplaced: () => this.#fence('Another incarnation has taken the place of this worker.'),
    });
    this.#own = new OwnShards({
      ...shared,
      mayServe: () => this.mayAct(),
      mayClaim: () => this.#phase === 'serving',
      isGiving: (shard) => this.#handOvers.isGiving(shard),
    });
    this.#planner = new Planner({ ...shared, numbers: this.#numbers, readersMax });
    this.#preloads = new Preloads(shared);
    this.#handOvers = new HandOvers({
      ...shared,
      onGiving: ({ shard, epoch }) => this.#own.end(shard, epoch),
      onGiven: ({ shard, epoch }, to) =>
        onEvent({ type: 'shard_given', shard, epoch, ...(to === undefined ? {} : { to: to.workerId }) }),
    });
  }

  get phase(): MembershipPhase {
    return this.#phase;
  }

  /** Epoch of an own shard, else `undefined`. */
  epochOf(shard: number): number | undefined {
    return this.#own.epochs.get(shard);
  }

  get ownedCount(): number {
    return this.#own.size;
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
      beat: this.#beats.count,
      sessions: 0,
      shards: 0,
      draining: false,
      startedAt: new Date(clock.now()).toISOString(),
    });
    this.#beats.registered(startedAtMs);
    this.#enter('serving');
    this.#stopFenceChecks = clock.every(fenceCheckMs, () => this.#checkFence());
    this.#attention.attend(startedAtMs);
    await this.#orTell('The first look at the fleet failed', () => this.#look());
    this.#loops = Promise.all([this.#beats.keepBeating(this.#stop.signal), this.#keepLooking()]);
  }

  /** Gives everything back and goes. */
  async leave(): Promise<void> {
    if (this.#phase !== 'serving') return;
    const { clock, fleet } = this.#options;
    this.#leavingSinceMs = clock.monotonicNow();
    this.#enter('leaving');
    await this.#orTell('The leaving could not be announced', () => this.#beats.write());
    this.#attention.wake();
    while (this.#mayWaitForTargets()) await clock.sleep(leftCheckMs, this.#stop.signal);
    await this.#letAllGo();
    if (this.isFenced()) return;
    this.#enter('gone');
    this.#end();
    await this.#loops;
    this.#options.onEvent({ type: 'drained', reason: 'stopping' });
    await this.#orTell('The planning could not be given back', () => this.#planner.stop());
    await this.#orTell('The worker row could not be removed', () => fleet.leave(this.#me));
  }

  /** A look that is under way meanwhile may bring a shard that the planner gave to this worker before it knew. */
  async #letAllGo(): Promise<void> {
    do {
      const left = [...this.#own.epochs];
      await Promise.all(left.map(([shard, epoch]) => this.#handOvers.give({ shard, epoch }, undefined)));
      await this.#handOvers.settled();
    } while (this.#own.size > 0);
  }

  #mayWaitForTargets(): boolean {
    const waitedMs = this.#options.clock.monotonicNow() - (this.#leavingSinceMs ?? 0);
    return this.#phase === 'leaving' && this.#own.size > 0 && waitedMs < leaveMs && this.#failedLooks < failedLooksMax;
  }

  async #keepLooking(): Promise<void> {
    for (;;) {
      await this.#attention.pause();
      if (this.#stop.signal.aborted || !this.mayAct()) return;
      this.#failedLooks += 1;
      await this.#orTell('The fleet could not be looked at', async () => {
        await this.#look();
        this.#failedLooks = 0;
      });
    }
  }

  async #look(): Promise<void> {
    const { fleet, clock, onEvent, onFleetStorm } = this.#options;
    const startedAtMs = clock.monotonicNow();
    const lease = await fleet.planner();
    if (!this.#planner.watch(lease) && !this.#attention.mustReadAll(lease?.workers ?? 0, startedAtMs)) {
      return onFleetStorm?.(lease?.storm === true);
    }
    const [workers, shards] = await Promise.all([fleet.workers(), fleet.shards()]);
    if (this.#stop.signal.aborted) return;
    const { live, observations } = observeWorkers(workers, this.#observations, clock.monotonicNow());
    this.#observations = observations;
    onFleetStorm?.(isFleetStorm(live, this.#numbers));
    this.#noteDrain(live);
    await this.#own.follow(shards);
    this.#preloads.follow(shards, this.#drain.reason !== undefined);
    this.#handOvers.start({ owned: this.#own.epochs, shards, live, leavingSinceMs: this.#leavingSinceMs });
    const wasPlanning = this.#planner.isPlanning;
    this.#attention.looked({ live, shards, isPlanning: wasPlanning, startedAtMs });
    this.#drain.left(this.#own.size);
    // What the plan gave to this very worker is served at once.
    if (await this.#planner.round({ live, shards, lease })) await this.#own.follow(await fleet.shards());
    if (this.#planner.isPlanning && !wasPlanning) onEvent({ type: 'planning' });
  }

  #noteDrain(live: readonly WorkerRow[]): void {
    const { generation, clock } = this.#options;
    const reason = drainReason({
      generation,
      live,
      leaving: this.#phase === 'leaving',
      retiring: this.#retiring,
      observations: this.#observations,
      nowMs: clock.monotonicNow(),
      matureMs: this.#numbers.matureMs,
    });
    if (!this.#drain.change(reason, this.#own.size)) return;
    // The others learn it by the row.
    void this.#orTell('The draining could not be announced', () => this.#beats.write());
  }

  /** What the row says of this worker. */
  #beat(): Omit<Beat, 'beat'> {
    const { sessionCount, sessionsOf, fallCount, health } = this.#options;
    return {
      ...health?.(),
      ...(fallCount === undefined ? {} : { fell: fallCount() }),
      sessions: sessionCount(),
      shards: this.#own.size,
      shardSessions: Object.fromEntries([...this.#own.epochs.keys()].map((shard) => [shard, sessionsOf(shard)])),
      draining: this.#drain.reason !== undefined || this.#phase === 'leaving',
      leaving: this.#phase === 'leaving',
    };
  }

  #orTell(sentence: string, work: () => Promise<unknown>): Promise<void> {
    return orTell(this.#options.onTrouble, sentence, work);
  }

  #checkFence(): void {
    if (this.#phase !== 'serving' && this.#phase !== 'leaving') return;
    if (!this.#beats.isFresh) this.#fence('The last good beat is too old.');
  }

  #fence(reason: string): void {
    if (this.#phase === 'fenced' || this.#phase === 'gone') return;
    const beatAgeMs = Math.round(this.#beats.ageMs);
    this.#enter('fenced');
    this.#own.clear();
    this.#end();
    this.#options.onFenced();
    this.#options.onEvent({ type: 'fenced', reason, beatAgeMs });
  }

  #end(): void {
    this.#stop.abort();
    this.#attention.wake();
    this.#stopFenceChecks();
  }

  #enter(phase: MembershipPhase): void {
    if (this.#phase === 'fenced' || this.#phase === 'gone')
      throw new Error(`A worker that is ${this.#phase} cannot be ${phase}.`);
    if (phase === 'gone' && this.#own.size > 0) throw new Error('A worker that serves shards cannot be gone.');
    this.#phase = phase;
  }
}
