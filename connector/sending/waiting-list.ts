import type { Waiting } from '../../core/sending/index.ts';
import type { ParkedSend } from './sending-store.ts';

/** A message that may have to wait behind others. */
export interface Place {
  readonly messageId: string;
  readonly position: string;
  readonly addresses: readonly string[];
  readonly isNewChat: boolean;
}

/** Messages of one session that wait, in the order in which they were written. */
export class WaitingList {
  readonly #entries = new Map<string, ParkedSend>();
  #sorted: readonly ParkedSend[] | undefined;

  constructor(entries: readonly ParkedSend[]) {
    for (const entry of entries) this.#entries.set(entry.messageId, entry);
  }

  get size(): number {
    return this.#entries.size;
  }

  has(messageId: string): boolean {
    return this.#entries.has(messageId);
  }

  get(messageId: string): ParkedSend | undefined {
    return this.#entries.get(messageId);
  }

  set(entry: ParkedSend): void {
    this.#entries.set(entry.messageId, entry);
    this.#sorted = undefined;
  }

  delete(messageId: string): void {
    this.#entries.delete(messageId);
    this.#sorted = undefined;
  }

  /** As it is now; the list may change while somebody walks through it. */
  inOrder(): readonly ParkedSend[] {
    this.#sorted ??= [...this.#entries.values()].sort((one, other) => (one.position < other.position ? -1 : 1));
    return this.#sorted;
  }

  /** Why the message ahead waits that this one must not overtake: one of the same chat, or, for a new chat, of any new chat. */
  behind(place: Place): Waiting | undefined {
    if (this.#entries.size === 0) return undefined;
    const isAhead = (entry: ParkedSend) =>
      entry.position < place.position && (sharesChat(entry, place) || (place.isNewChat && entry.isNewChat));
    return this.inOrder().findLast(isAhead)?.waiting;
  }

  /** Those of the same chat that wait only because the chat was new, in order. */
  beginnersOf(addresses: readonly string[]): ParkedSend[] {
    if (this.#entries.size === 0) return [];
    return this.inOrder().filter((entry) => entry.isNewChat && sharesChat(entry, { addresses }));
  }
}

function sharesChat(one: Pick<ParkedSend, 'addresses'>, other: Pick<ParkedSend, 'addresses'>): boolean {
  return one.addresses.some((address) => other.addresses.includes(address));
}
