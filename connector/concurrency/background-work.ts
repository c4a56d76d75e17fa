export interface BackgroundWorkOptions {
  /** Pieces of work that run at the same time. */
  readonly atOnceMax: number;
  /** Pieces that may wait; what comes on top is refused. */
  readonly waitingMax: number;
  readonly onFailure: (error: unknown) => void;
}

export interface BackgroundWork {
  /** False when too much is waiting already, and then the work is not done. */
  add(work: () => Promise<unknown>): boolean;
  /** Pieces that wait or run. */
  readonly size: number;
}

/**
 * Work that nobody waits for, bounded in both directions: a burst must neither hold up what caused it nor fill the memory.
 *
 * @example const work = createBackgroundWork({ atOnceMax: 8, waitingMax: 5_000, onFailure }); work.add(() => put(row))
 */
export function createBackgroundWork({ atOnceMax, waitingMax, onFailure }: BackgroundWorkOptions): BackgroundWork {
  const waiting: (() => Promise<unknown>)[] = [];
  let running = 0;
  const runNext = () => {
    const work = waiting.shift();
    if (work === undefined) return;
    running += 1;
    work()
      .catch(onFailure)
      .finally(() => {
        running -= 1;
        runNext();
      });
  };
  return {
    add: (work) => {
      if (waiting.length >= waitingMax) return false;
      waiting.push(work);
      if (running < atOnceMax) runNext();
      return true;
    },
    get size() {
      return waiting.length + running;
    },
  };
}
