import type { Store } from '../storage/store.ts';
import type { AddressForm } from '../wire/jid.ts';
import type { MessageView } from '../wire/read-content.ts';
import type { MessageState } from './message-state.ts';

/** A file that came with a message: hash and size of the decrypted bytes, or why the phone could not read it. */
export interface ReceivedFile {
  readonly sha256?: string;
  readonly size?: number;
  readonly mediaError?: string;
}

/** A message that a phone has received and read with its own keys. */
export interface InboxMessage extends MessageView, MessageState, ReceivedFile {
  readonly id: string;
  /** Phone number of the other person, id of the group, or `status@broadcast`. */
  readonly chat: string;
  /** Phone number of the author. */
  readonly from: string;
  /** 0 when the author wrote it on the phone, otherwise the linked device. */
  readonly fromDevice: number;
  /** Of a vote: the options that it chooses. */
  readonly options?: readonly string[];
  /** When the first copy came. */
  readonly receivedAt: string;
  /** The phone has rung: it does not while a linked device says that its owner sits there. */
  readonly notified: boolean;
  /** 1 = no duplicate. */
  copies: number;
  /** By which of its addresses the author called this phone: receipts answer in the same form. */
  readonly addressedAs: AddressForm;
}

/** Older messages are forgotten beyond this. */
export const inboxMessagesMax = 50_000;

/** What one phone has received, each id once. */
export class Inbox {
  readonly #prefix: string;
  readonly #store: Store;
  readonly #messages = new Map<string, InboxMessage>();
  readonly #chats = new Set<string>();

  constructor(prefix: string, store: Store) {
    this.#prefix = prefix;
    this.#store = store;
  }

  /** Takes a message out of the store at the start. */
  restore(message: InboxMessage): void {
    this.#messages.set(message.id, message);
    this.#chats.add(message.chat);
  }

  /** Adds a message, or counts one more copy of it. Answers whether it is new. */
  add(message: Omit<InboxMessage, 'copies'>): boolean {
    const known = this.#messages.get(message.id);
    const kept = known ?? { ...message, copies: 0 };
    kept.copies++;
    this.#messages.set(message.id, kept);
    this.#chats.add(message.chat);
    this.keep(message.id);
    const [oldest] = this.#messages.keys();
    if (this.#messages.size > inboxMessagesMax && oldest !== undefined) {
      this.#messages.delete(oldest);
      this.#store.remove(`${this.#prefix}/${oldest}`);
    }
    return known === undefined;
  }

  /** Stores a message whose state has changed. */
  keep(id: string): void {
    const kept = this.#messages.get(id);
    if (kept !== undefined) this.#store.put(`${this.#prefix}/${id}`, () => kept);
  }

  /** Whether anything has ever come in this chat. */
  hasChat(chat: string): boolean {
    return this.#chats.has(chat);
  }

  get(id: string): InboxMessage | undefined {
    return this.#messages.get(id);
  }

  get size(): number {
    return this.#messages.size;
  }

  /** In the order of arrival; `since` is a moment in milliseconds. */
  since(sinceMs: number): readonly InboxMessage[] {
    const all = [...this.#messages.values()];
    return sinceMs <= 0 ? all : all.filter((message) => Date.parse(message.receivedAt) >= sinceMs);
  }
}
