/**
 * Where the simulator keeps what must survive a restart: JSON values under keys such as `account/491520000000`. The objects in memory
 * are the truth; a store only follows them.
 */
export interface Store {
  /** What was kept under keys that begin so. Meant for the start only. */
  entries(prefix: string): Iterable<readonly [key: string, value: unknown]>;
  /** Keeps a value. `value` is called when the store writes, a moment later, so that many changes cost one write. */
  put(key: string, value: () => unknown): void;
  remove(key: string): void;
  /** Writes what is waiting and lets go of the folder. */
  close(): Promise<void>;
}

/** A store for a simulator without a data folder: keeps nothing. */
export const memoryStore: Store = {
  entries: () => [],
  put: () => undefined,
  remove: () => undefined,
  close: async () => undefined,
};
