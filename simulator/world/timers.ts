/** Delays that end with the simulator. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>();

  /** Runs `work` after a delay; at once, not later in this turn, when the delay is 0. */
  after(delayMs: number, work: () => void): void {
    if (delayMs <= 0) {
      work();
      return;
    }
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      work();
    }, delayMs);
    this.#pending.add(timer);
  }

  stop(): void {
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
  }
}
