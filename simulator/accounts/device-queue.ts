import type { Store } from '../storage/store.ts';
import { decodeNode, encodeNode, type Node } from '../wire/node.ts';

export interface QueuedStanza {
  readonly sequence: number;
  readonly stanza: Node;
  /** Sent only after `<offline/>`: a first history that comes earlier is not noticed by the client. */
  readonly afterOffline: boolean;
  /** The connection on which it went out last; undefined while it waits. */
  sentOn: number | undefined;
}

/** A stanza at rest, encoded and in base64. */
export interface StoredStanza {
  readonly node: string;
  readonly afterOffline: boolean;
}

/** A device that stays away keeps no more than this. */
export const queuedStanzasMax = 20_000;

/**
 * What one linked device has to receive. The queue is the truth and sending is a view of it: a stanza stays until the device has
 * acknowledged it, and whatever is still there goes out again at the next login.
 */
export class DeviceQueue {
  readonly #prefix: string;
  readonly #store: Store;
  readonly #stanzas = new Map<number, QueuedStanza>();
  #next = 1;

  constructor(prefix: string, store: Store) {
    this.#prefix = prefix;
    this.#store = store;
  }

  /** Takes a stanza out of the store at the start; they come in the order of their numbers. */
  async restore(sequence: number, { node, afterOffline }: StoredStanza): Promise<void> {
    const stanza = await decodeNode(Buffer.from(node, 'base64'));
    this.#stanzas.set(sequence, { sequence, stanza, afterOffline, sentOn: undefined });
    this.#next = sequence + 1;
  }

  get size(): number {
    return this.#stanzas.size;
  }

  /** Stanzas that went out on a connection and were not acknowledged yet. */
  unacknowledged(): number {
    let count = 0;
    for (const queued of this.#stanzas.values()) if (queued.sentOn !== undefined) count++;
    return count;
  }

  isFull(): boolean {
    return this.#stanzas.size >= queuedStanzasMax;
  }

  /** Everything in the queue, oldest first. */
  all(): readonly QueuedStanza[] {
    return [...this.#stanzas.values()];
  }

  push(stanza: Node, afterOffline = false): QueuedStanza {
    const sequence = this.#next++;
    const queued: QueuedStanza = { sequence, stanza, afterOffline, sentOn: undefined };
    this.#stanzas.set(sequence, queued);
    this.#store.put(`${this.#prefix}/${sequence}`, () => ({
      node: encodeNode(stanza).toString('base64'),
      afterOffline,
    }));
    return queued;
  }

  /**
   * Removes the oldest stanza of that kind that was sent. Only one: after a retry the same id is there twice, and each copy has its
   * own acknowledgement. Answers whether there was one.
   */
  acknowledge(tag: string, id: string, type?: string): boolean {
    for (const queued of this.#stanzas.values()) {
      const { stanza } = queued;
      if (queued.sentOn === undefined || stanza.tag !== tag || stanza.attrs.id !== id) continue;
      if (tag === 'receipt' && (stanza.attrs.type ?? '') !== (type ?? '')) continue;
      this.#remove(queued.sequence);
      return true;
    }
    return false;
  }

  /** Takes out what is sent only after `<offline/>`, because it is about to be made anew. */
  dropAfterOffline(): void {
    for (const { sequence, afterOffline } of this.#stanzas.values()) if (afterOffline) this.#remove(sequence);
  }

  clear(): void {
    for (const sequence of this.#stanzas.keys()) this.#remove(sequence);
  }

  #remove(sequence: number): void {
    this.#stanzas.delete(sequence);
    this.#store.remove(`${this.#prefix}/${sequence}`);
  }
}
