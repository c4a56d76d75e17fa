import type { DrainReason, FleetEvent } from './fleet-event.ts';

/**
 * Whether this worker drains, told once for each change: `draining` with the reason, then `drained` each time that nothing is left, and
 * `serving_again` when the reason has gone. `change` alone sets the reason.
 */
export class DrainNotes {
  readonly #onEvent: (event: FleetEvent) => void;
  #reason: DrainReason | undefined;
  #isEmptyTold = false;

  constructor(onEvent: (event: FleetEvent) => void) {
    this.#onEvent = onEvent;
  }

  get reason(): DrainReason | undefined {
    return this.#reason;
  }

  /** Takes the present reason; whether it is another than before. */
  change(reason: DrainReason | undefined, shards: number): boolean {
    const before = this.#reason;
    this.#reason = reason;
    if (reason === before) return false;
    this.#onEvent(reason === undefined ? { type: 'serving_again' } : { type: 'draining', reason, shards });
    return true;
  }

  /** Takes the number of shards that are left; the end of a worker that leaves is told by its leaving. */
  left(shards: number): void {
    if (this.#reason === undefined || shards > 0) this.#isEmptyTold = false;
    else if (!this.#isEmptyTold && this.#reason !== 'stopping') {
      this.#isEmptyTold = true;
      this.#onEvent({ type: 'drained', reason: this.#reason });
    }
  }
}
