import type { FleetWorld } from '../connector/membership/support/fleet-world.ts';

/** What happens to a fleet in a day, for each worker where nothing else is said. */
export interface DayOfAccidents {
  /** Rolling deployments of the whole fleet. */
  readonly deploysPerDay: number;
  readonly processCrashes: number;
  readonly hostLosses: number;
  /** Two minutes of warning, then the task is gone. */
  readonly spotInterruptions: number;
  readonly freezes: number;
  readonly partitions: number;
}

/** Far worse than what AWS promises, so that a day holds a month of trouble. */
export const badDay: DayOfAccidents = {
  deploysPerDay: 2,
  processCrashes: 1,
  hostLosses: 0.05,
  spotInterruptions: 0.1,
  freezes: 0.1,
  partitions: 0.1,
};

const dayMs = 24 * 60 * 60_000;
/** A task that is asked for runs after this time. */
const taskStartMs = 60_000;
const processStartMs = { min: 800, max: 2_000 };
const freezeMs = { min: 5_000, max: 30_000 };
const partitionMs = { min: 5_000, max: 60_000 };
/** ECS starts new tasks of a deployment in steps of this many, and stops an old one when it has given everything away. */
const deployStepMs = 20_000;

/**
 * Plays the part of the outside world: crashes, losses, freezes, partitions at random moments, deployments at even ones, and ECS, which
 * replaces what is gone.
 */
export class Accidents {
  readonly counts = { deploys: 0, processCrashes: 0, hostLosses: 0, spotInterruptions: 0, freezes: 0, partitions: 0 };
  readonly #world: FleetWorld;
  readonly #workers: number;
  readonly #day: DayOfAccidents;
  #generation = 1;
  #names = 0;

  constructor(world: FleetWorld, workers: number, day: DayOfAccidents) {
    this.#world = world;
    this.#workers = workers;
    this.#day = day;
  }

  start(durationMs: number): void {
    for (let n = 0; n < this.#workers; n++) this.#add();
    const { processCrashes, hostLosses, spotInterruptions, freezes, partitions, deploysPerDay } = this.#day;
    const shareOfDay = durationMs / dayMs;
    const plan = (kind: keyof Accidents['counts'], perWorker: number, work: () => void) =>
      this.#atRandom(Math.round(perWorker * this.#workers * shareOfDay), durationMs, () => {
        this.counts[kind] += 1;
        work();
      });
    const { between } = {
      between: (bounds: { readonly min: number; readonly max: number }) => this.#world.between(bounds),
    };
    plan('processCrashes', processCrashes, () =>
      this.#world.crash(this.#anyone(), { restartMs: between(processStartMs) }),
    );
    plan('hostLosses', hostLosses, () => {
      this.#world.crash(this.#anyone());
      this.#replace();
    });
    plan('spotInterruptions', spotInterruptions, () => {
      this.#world.stop(this.#anyone());
      this.#replace();
    });
    plan('freezes', freezes, () => this.#world.freeze(this.#anyone(), between(freezeMs)));
    plan('partitions', partitions, () => this.#world.partition(this.#anyone(), between(partitionMs)));
    const deploys = Math.max(1, Math.round(deploysPerDay * shareOfDay));
    for (let n = 0; n < deploys; n++) {
      this.#world.time.at(((n + 0.5) * durationMs) / deploys, () => this.#deploy());
    }
  }

  /** New tasks first, then the old ones are told to stop, one step after the other: they drain by themselves as soon as they see the new. */
  #deploy(): void {
    this.counts.deploys += 1;
    this.#generation += 1;
    const old = [...this.#world.workers.keys()];
    const stepSize = Math.max(1, Math.ceil(this.#workers / 10));
    for (let n = 0; n < old.length; n += 1) {
      const step = Math.floor(n / stepSize);
      this.#world.time.at(this.#world.time.nowMs + taskStartMs + step * deployStepMs, () => this.#add());
    }
    this.#retireOld(old);
  }

  /** ECS waits for an old task to drop its protection, which it does when it is empty. */
  #retireOld(old: readonly string[]): void {
    const left = old.filter((name) => this.#world.workers.has(name));
    if (left.length === 0) return;
    this.#world.time.at(this.#world.time.nowMs + deployStepMs, () => {
      for (const name of left) {
        if (this.#world.workers.get(name)?.serving.size === 0) this.#world.stop(name);
      }
      this.#retireOld(left);
    });
  }

  #replace(): void {
    this.#world.time.at(this.#world.time.nowMs + taskStartMs, () => this.#add());
  }

  #add(): void {
    this.#names += 1;
    this.#world.add({
      workerId: `wrk_${this.#names}`,
      generation: this.#generation,
      clockRate: this.#world.between({ min: 0.999, max: 1.001 }),
    });
  }

  #anyone(): string {
    const names = [...this.#world.workers.keys()];
    return names[Math.floor(this.#world.options.random() * names.length)] ?? '';
  }

  #atRandom(times: number, durationMs: number, work: () => void): void {
    for (let n = 0; n < times; n++) this.#world.time.at(this.#world.options.random() * durationMs, work);
  }
}
