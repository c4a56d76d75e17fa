import type { MembershipClock } from '../../../../connector/membership/clock.ts';
import { Membership } from '../../../../connector/membership/membership.ts';
import type { FleetStore } from '../../../../connector/storage/fleet-store.ts';
import type { AddedWorker, FleetWorld } from './fleet-world.ts';

/** As in `connector/storage/fleet-store.ts`. */
const timeoutsMs: Partial<Record<keyof FleetStore, number>> = { register: 5_000, beat: 1_000 };
const otherTimeoutMs = 1_500;
/** A fenced process ends, and its parent starts the next one. */
const restartMs = 1_500;
/** Who still serves so long after waking has slept too short to be fenced. */
const wakingMs = 300;

/** One process of a fleet: a real `Membership` whose timers and calls are the world's. */
export class VirtualWorker {
  readonly added: AddedWorker;
  readonly incarnation: string;
  readonly clockRate: number;
  readonly membership: Membership;
  /** Shards whose sessions may have sockets, with their epochs. */
  readonly serving = new Map<number, number>();
  /** True time at which the last good beat started. */
  lastGoodBeatAtMs: number;
  /** True time since when nothing was wrong with this worker. */
  healthySinceMs: number;
  isAlive = true;
  /** Sockets that fell within the last seconds, for its row. */
  fell = 0;
  /** What it was told of the fleet. */
  seesStorm = false;
  isLeaving = false;
  readonly #world: FleetWorld;
  readonly #clockOffsetMs: number;
  #frozenUntilMs = 0;
  #partitionedUntilMs = 0;
  #held: (() => void)[] = [];

  constructor(world: FleetWorld, added: AddedWorker, incarnation: string) {
    this.#world = world;
    this.added = added;
    this.incarnation = incarnation;
    this.clockRate = added.clockRate ?? 1;
    this.#clockOffsetMs = world.options.random() * 1_000_000;
    this.lastGoodBeatAtMs = world.time.nowMs;
    this.healthySinceMs = world.time.nowMs;
    this.membership = new Membership({
      workerId: added.workerId,
      incarnation,
      generation: added.generation ?? 1,
      capacity: added.capacity ?? 400,
      shardCount: world.options.shardCount,
      processId: 1,
      clock: this.#clock(),
      fleet: this.#store(),
      random: world.options.random,
      sessionCount: () => [...this.serving.keys()].reduce((sum, shard) => sum + world.options.sessionsOf(shard), 0),
      sessionsOf: world.options.sessionsOf,
      fallCount: () => this.fell,
      onFleetStorm: (isStorm) => {
        this.seesStorm = isStorm;
      },
      onPreload: () => this.#later(20),
      onDropPreloaded: () => undefined,
      onTaken: (shard, epoch) => {
        this.serving.set(shard, epoch);
        world.noteTaken(this, shard, epoch);
      },
      onReleasing: async (shard) => {
        await this.#later(world.between(world.options.releaseMs));
        this.#end(shard);
      },
      onFenced: () => this.#fenced(),
      onEvent: (event) => world.noteEvent(this, event),
      // What is lost here is lost on purpose; what must not follow from it is what the world checks.
      onTrouble: () => undefined,
    });
  }

  start(): void {
    this.membership.join().catch(() => this.#fenced());
  }

  leave(): void {
    this.isLeaving = true;
    void this.membership.leave().then(() => {
      if (this.isAlive) this.kill();
      if (this.#world.workers.get(this.added.workerId) === this) this.#world.workers.delete(this.added.workerId);
    });
  }

  /** Nothing of it happens any more; its sockets are gone. */
  kill(): void {
    this.isAlive = false;
    this.#held = [];
    for (const shard of [...this.serving.keys()]) this.#end(shard);
  }

  freeze(durationMs: number): void {
    const { time } = this.#world;
    this.#frozenUntilMs = Math.max(this.#frozenUntilMs, time.nowMs + durationMs);
    this.#noteTrouble(this.#frozenUntilMs);
    for (const shard of this.serving.keys()) this.#world.noteEnded(this, shard);
    time.at(this.#frozenUntilMs, () => this.#wake());
  }

  get isFrozen(): boolean {
    return this.#world.time.nowMs < this.#frozenUntilMs;
  }

  partition(durationMs: number): void {
    this.#partitionedUntilMs = Math.max(this.#partitionedUntilMs, this.#world.time.nowMs + durationMs);
    this.#noteTrouble(this.#partitionedUntilMs);
  }

  #noteTrouble(untilMs: number): void {
    this.healthySinceMs = Math.max(this.healthySinceMs, untilMs);
  }

  #wake(): void {
    if (this.isFrozen) return;
    const held = this.#held;
    this.#held = [];
    const { time, options } = this.#world;
    // Nobody knows which callback a waking process runs first. Each is followed to its end before the next.
    const shuffled = held
      .map((work) => ({ work, place: options.random() }))
      .sort((one, other) => one.place - other.place);
    for (const { work } of shuffled) time.at(time.nowMs, () => this.#do(work));
    time.at(time.nowMs + wakingMs, () => {
      if (this.isFrozen) return;
      for (const shard of this.serving.keys()) this.#world.noteConnected(this, shard);
    });
  }

  /** A callback of this process. */
  #do(work: () => void): void {
    if (!this.isAlive) return;
    if (this.isFrozen) this.#held.push(work);
    else work();
  }

  #end(shard: number): void {
    if (this.serving.delete(shard)) this.#world.noteEnded(this, shard);
  }

  #fenced(): void {
    this.kill();
    const { time, workers } = this.#world;
    const { workerId } = this.added;
    time.at(time.nowMs + restartMs, () => {
      if (workers.get(workerId) !== this) return;
      if (this.isLeaving) workers.delete(workerId);
      else this.#world.add(this.added);
    });
  }

  #later(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#after(delayMs, resolve));
  }

  #after(delayMs: number, work: () => void): () => void {
    return this.#world.time.at(this.#world.time.nowMs + delayMs, () => this.#do(work));
  }

  #clock(): MembershipClock {
    const monotonicNow = () => this.#clockOffsetMs + this.#world.time.nowMs * this.clockRate;
    return {
      now: monotonicNow,
      monotonicNow,
      sleep: (delayMs, signal) =>
        new Promise((resolve) => {
          if (signal.aborted) return resolve();
          const cancel = this.#after(delayMs / this.clockRate, () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          });
          const onAbort = () => {
            cancel();
            resolve();
          };
          signal.addEventListener('abort', onAbort, { once: true });
        }),
      every: (periodMs, work) => {
        let cancel = () => {};
        const next = () => {
          cancel = this.#after(periodMs / this.clockRate, () => {
            next();
            work();
          });
        };
        next();
        return () => cancel();
      },
    };
  }

  #store(): FleetStore {
    const call = <Name extends keyof FleetStore>(name: Name) =>
      ((...input: Parameters<FleetStore[Name]>) => this.#send(name, input)) as FleetStore[Name];
    const names: (keyof FleetStore)[] = [
      'register',
      'beat',
      'leave',
      'markDead',
      'nudge',
      'workers',
      'planner',
      'plan',
      'stopPlanning',
      'shards',
      'shard',
      'claim',
      'aim',
      'ready',
      'handOver',
      'release',
    ];
    return Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as FleetStore;
  }

  #send<Name extends keyof FleetStore>(name: Name, input: Parameters<FleetStore[Name]>): Promise<unknown> {
    const { options, time, table } = this.#world;
    const startedAtMs = time.nowMs;
    const timeoutMs = timeoutsMs[name] ?? otherTimeoutMs;
    const roundTripMs = this.#world.between(options.callMs);
    const chance = options.random();
    const isCut = () => time.nowMs < this.#partitionedUntilMs;
    const lost = isCut() || chance < options.lossShare;
    const answerLost = chance < 2 * options.lossShare;
    // A call whose caller has given up may still arrive, but not for ever.
    const arrivesAfterMs =
      chance >= 2 * options.lossShare && chance < 3 * options.lossShare
        ? timeoutMs + roundTripMs * 20
        : roundTripMs / 2;
    return new Promise((resolve, reject) => {
      const cancel = this.#after(timeoutMs, () => reject(new Error(`${name} was not answered.`)));
      if (!lost) {
        time.at(startedAtMs + arrivesAfterMs, () => {
          // What a dead process had sent arrives all the same.
          if (isCut()) return;
          this.#world.noteCall(name);
          const answer = table.call(name, ...input);
          if (answerLost || arrivesAfterMs > timeoutMs) return;
          this.#after(roundTripMs / 2, () => {
            cancel();
            if (isGoodBeat(name, answer)) this.#noteGoodBeat(startedAtMs);
            resolve(answer);
          });
        });
      }
    });
  }

  #noteGoodBeat(startedAtMs: number): void {
    this.lastGoodBeatAtMs = Math.max(this.lastGoodBeatAtMs, startedAtMs);
    for (const shard of this.serving.keys()) this.#world.checkOwners(shard);
  }
}

function isGoodBeat(name: keyof FleetStore, answer: unknown): boolean {
  return name === 'register' || (name === 'beat' && answer !== undefined);
}
