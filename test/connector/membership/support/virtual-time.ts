interface Entry {
  readonly atMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/**
 * Time that passes only when told to. Things happen one after the other, and all promises that one of them settles are followed to
 * their end before the next.
 */
export class VirtualTime {
  readonly #heap: Entry[] = [];
  #nowMs = 0;
  #order = 0;

  /** True milliseconds since the start of the world. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `work` at `atMs`; the returned function cancels it. */
  at(atMs: number, work: () => void): () => void {
    const entry: Entry = { atMs: Math.max(atMs, this.#nowMs), order: this.#order++, run: work };
    this.#push(entry);
    return () => {
      entry.run = undefined;
    };
  }

  /** Lets everything happen that is due up to `untilMs`. */
  async runUntil(untilMs: number): Promise<void> {
    await followPromises();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#pop();
      this.#nowMs = next.atMs;
      if (next.run === undefined) continue;
      next.run();
      await followPromises();
    }
    this.#nowMs = untilMs;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}

/** Resolves once no promise can settle any more without something new happening. */
function followPromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
