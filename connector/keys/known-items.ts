/** What the vault knows of one stored key. */
export interface KnownItem {
  /** Revision in the table; `undefined` means that there is no such item. */
  readonly rev: number | undefined;
  /** The encoded value, unsealed; `undefined` when there is no item. */
  readonly encoded: Uint8Array | undefined;
}

/** Rough cost of a map entry and its objects beside the bytes themselves. */
const entryBytes = 120;

/**
 * A session's keys as last read or written, bounded by bytes; the least recently used go first. An idle session must cost little,
 * so this is a plain map and not a cache that reserves slots.
 *
 * @example const known = createKnownItems(128 * 1024); known.set('KEY#session#1', { rev: 4, encoded });
 */
export function createKnownItems(bytesMax: number) {
  const items = new Map<string, KnownItem>();
  let bytes = 0;

  const cost = (name: string, item: KnownItem) => entryBytes + name.length + (item.encoded?.length ?? 0);
  const remove = (name: string) => {
    const item = items.get(name);
    if (item === undefined) return;
    items.delete(name);
    bytes -= cost(name, item);
  };

  return {
    get: (name: string): KnownItem | undefined => {
      const item = items.get(name);
      if (item === undefined) return undefined;
      items.delete(name);
      items.set(name, item);
      return item;
    },
    set: (name: string, item: KnownItem): void => {
      remove(name);
      items.set(name, item);
      bytes += cost(name, item);
      for (const oldest of items.keys()) {
        if (bytes <= bytesMax) break;
        remove(oldest);
      }
    },
    delete: remove,
    get bytes() {
      return bytes;
    },
  };
}

export type KnownItems = ReturnType<typeof createKnownItems>;
