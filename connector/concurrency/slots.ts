/** A bounded number of places. */
export interface Slots {
  /** Resolves to what gives the place back, in the order of asking; after an abort to a place that need not be waited for. */
  take(signal?: AbortSignal): Promise<() => void>;
}

/**
 * Lets a few do at once what many want to do.
 *
 * @example
 * const giveBack = await slots.take(signal);
 * try { await heavy(); } finally { giveBack(); }
 */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();

  const giveBack = () => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  const once = (work: () => void) => {
    let done = false;
    return () => {
      if (!done) work();
      done = true;
    };
  };
  return {
    take: (signal) => {
      if (free > 0) {
        free -= 1;
        return Promise.resolve(once(giveBack));
      }
      if (signal?.aborted === true) return Promise.resolve(() => undefined);
      return new Promise((resolve) => {
        const enter = () => {
          waiting.delete(enter);
          signal?.removeEventListener('abort', leave);
          resolve(once(giveBack));
        };
        const leave = () => {
          waiting.delete(enter);
          resolve(() => undefined);
        };
        waiting.add(enter);
        signal?.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
