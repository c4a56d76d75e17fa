/** Runs work one piece after the other. A failing piece does not stop the next. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs `work` after everything that was given before it. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    // The caller gets the failure; here it only must not break the chain.
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
