/** Runs `work` alone among all work under the same key. */
export type KeyedLock = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * A lock per key, first come, first served; keys without work cost nothing. Waiting work keeps its own async context, which is
 * why this is a promise chain and not a queue with one runner: key transactions live in `AsyncLocalStorage`.
 *
 * @example await withLock('4915_1.0', () => cipher.decrypt(bytes))
 */
export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<void>>();
  return async (key, work) => {
    const previous = tails.get(key);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const tail = previous === undefined ? released : previous.then(() => released);
    tails.set(key, tail);
    await previous;
    try {
      return await work();
    } finally {
      release();
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
