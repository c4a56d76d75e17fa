/** Work done one piece after the other, in the order of arrival. */
export interface SerialQueue {
  /** Settles as `work` does; a failure does not stop the work behind it. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Pieces waiting or running. */
  readonly size: number;
  /** Resolves once everything queued so far is done. */
  idle(): Promise<void>;
}

/**
 * @example
 * const queue = createSerialQueue();
 * await Promise.all([queue.run(first), queue.run(second)]); // `second` starts after `first`
 */
export function createSerialQueue(): SerialQueue {
  let tail: Promise<unknown> = Promise.resolve();
  let size = 0;
  return {
    run: (work) => {
      size += 1;
      const result = tail.then(work);
      tail = result.then(
        () => {
          size -= 1;
        },
        // The caller of `run` gets the error; here it only must not break the chain.
        () => {
          size -= 1;
        },
      );
      return result;
    },
    get size() {
      return size;
    },
    idle: async () => {
      await tail;
    },
  };
}
