import type { WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { Beat, FleetStore, ShardOwner } from '../storage/fleet-store.ts';
import type { MembershipClock } from './clock.ts';
import { mayAct } from './fence.ts';
import { orTell } from './or-tell.ts';

export interface BeatsOptions {
  readonly fleet: Pick<FleetStore, 'beat'>;
  readonly me: ShardOwner;
  readonly clock: MembershipClock;
  readonly random: () => number;
  /** A worker that slept must not look alive again: its shards may have other owners. */
  readonly mayBeat: () => boolean;
  /** What the row says besides the beat. */
  readonly content: () => Omit<Beat, 'beat'>;
  /** The row after a good beat, which others may have written to. */
  readonly onRow: (row: WorkerRow, startedAtMs: number) => void;
  /** The row belongs to another incarnation of this worker. */
  readonly onReplaced: () => void;
  readonly onTrouble: (message: string, error: unknown) => void;
}

const beatMs = 1_500;
/** After one that failed, which may have taken a second: three tries fit before the fence closes. */
const beatAgainMs = 150;
/** So that workers that started together do not write together for ever. */
const jitter = 0.1;

/**
 * Shows that this worker lives, and knows for how long it may rely on that. A beat counts from the moment it was begun, since it may
 * have reached the table at once and the answer alone may have taken its time. One that keeps failing ends at the fence.
 */
export class Beats {
  readonly #options: BeatsOptions;
  #count = 0;
  #failed = false;
  #lastGoodStartedAtMs = 0;

  constructor(options: BeatsOptions) {
    this.#options = options;
  }

  /** The last beat's number, for the row. */
  get count(): number {
    return this.#count;
  }

  /** Milliseconds since the last good beat was begun. */
  get ageMs(): number {
    return this.#options.clock.monotonicNow() - this.#lastGoodStartedAtMs;
  }

  /** Whether the worker may still act as an owner. */
  get isFresh(): boolean {
    const nowMs = this.#options.clock.monotonicNow();
    return mayAct({ lastGoodBeatStartedAtMs: this.#lastGoodStartedAtMs, nowMs });
  }

  /** Registering counts as a beat. */
  registered(startedAtMs: number): void {
    this.#lastGoodStartedAtMs = startedAtMs;
  }

  async write(): Promise<void> {
    const { fleet, me, clock, mayBeat, content, onRow, onReplaced } = this.#options;
    if (!mayBeat()) return;
    const startedAtMs = clock.monotonicNow();
    this.#count += 1;
    this.#failed = true;
    const row = await fleet.beat(me, { ...content(), beat: this.#count });
    if (row === undefined) return onReplaced();
    this.#failed = false;
    this.#lastGoodStartedAtMs = Math.max(this.#lastGoodStartedAtMs, startedAtMs);
    onRow(row, startedAtMs);
  }

  /** Beats until the signal is given. */
  async keepBeating(signal: AbortSignal): Promise<void> {
    const { clock, random, onTrouble } = this.#options;
    for (;;) {
      const waitMs = this.#failed ? beatAgainMs : beatMs;
      await clock.sleep(waitMs * (1 - jitter + 2 * jitter * random()), signal);
      if (signal.aborted) return;
      await orTell(onTrouble, 'A beat could not be written', () => this.write());
    }
  }
}
