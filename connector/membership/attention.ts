import type { ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { MembershipClock } from './clock.ts';

/** What a look at the tables showed, as far as it matters for the next one. */
export interface Looked {
  readonly live: readonly WorkerRow[];
  readonly shards: readonly ShardRow[];
  readonly isPlanning: boolean;
  readonly startedAtMs: number;
}

/** Above so many workers only the planner reads all rows: the reads grow with the square of the fleet. */
export const readersMax = 50;
const observeMs = 1_000;
/** While shards are on their way, each look is part of the time that their sessions are without a socket. */
const fastObserveMs = 250;
/** In a large fleet those who do not plan look when asked to, and this often all the same. */
const lookMs = 30_000;
/** After being asked, or while something moves, they keep looking this long. */
const attentiveMs = 10_000;

/** How often, and how closely, a worker looks at its fleet. */
export class Attention {
  readonly #clock: MembershipClock;
  readonly #incarnation: string;
  /** Ends the pause between two looks. */
  #wake = new AbortController();
  #isMoving = false;
  #asked = 0;
  #attentiveUntilMs = Number.NEGATIVE_INFINITY;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: MembershipClock, incarnation: string) {
    this.#clock = clock;
    this.#incarnation = incarnation;
  }

  /** From `sinceMs` on this worker looks closely for a while. */
  attend(sinceMs: number): void {
    this.#attentiveUntilMs = Math.max(this.#attentiveUntilMs, sinceMs + attentiveMs);
  }

  /** Takes the counter of the own row by which the planner asks to look. */
  asked(look: number, atMs: number): void {
    if (look === this.#asked) return;
    this.#asked = look;
    this.attend(atMs);
    this.wake();
  }

  /** Whether all rows are to be read; `workers`: as many as the planner sees. */
  mustReadAll(workers: number, nowMs: number): boolean {
    return workers <= readersMax || nowMs < this.#attentiveUntilMs || nowMs - this.#lookedAtMs >= lookMs;
  }

  /** In a large fleet something always moves, and only those whom it concerns look faster for it. */
  looked({ live, shards, isPlanning, startedAtMs }: Looked): void {
    this.#lookedAtMs = startedAtMs;
    const moving = shards.filter(({ targetIncarnation }) => targetIncarnation !== undefined);
    const isLarge = live.length > readersMax && !isPlanning;
    this.#isMoving = isLarge
      ? moving.some((row) => [row.incarnation, row.targetIncarnation].includes(this.#incarnation))
      : moving.length > 0 || live.some(({ draining, leaving }) => draining || leaving === true);
    if (this.#isMoving) this.attend(startedAtMs);
  }

  wake(): void {
    this.#wake.abort();
  }

  /** Resolves when the next look is due, or somebody wakes. */
  async pause(): Promise<void> {
    await this.#clock.sleep(this.#isMoving ? fastObserveMs : observeMs, this.#wake.signal);
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
  }
}
