import type { MessageView } from '../wire/read-content.ts';
import { limited } from './limited.ts';
import type { MessageState } from './message-state.ts';

/** A message written on the phone itself, or seen as a copy of what one of its linked devices wrote. */
export interface OutgoingMessage extends MessageView, MessageState {
  readonly id: string;
  /** Phone number of the recipient, id of the group, or `status@broadcast`. */
  readonly to: string;
  /** 0 when written on the phone. */
  readonly byDevice: number;
  /** Of a vote: the options that it chooses. */
  readonly options?: readonly string[];
  readonly at: string;
  /** Times the phone got a copy from its linked device; 0 when it wrote the message itself. */
  copies: number;
  /** The furthest that any recipient's device has reported. */
  status: 'sent' | 'delivered' | 'read' | 'played';
}

const outgoingMax = 50_000;
const ranks = { sent: 0, delivered: 1, read: 2, played: 3 } as const;

/** What went out from one account: not kept over a restart. */
export class Outbox {
  readonly #outgoing = new Map<string, OutgoingMessage>();
  readonly #chats = new Set<string>();

  /** Notes a message; a second copy of the same id is only counted. Answers whether it is new. */
  note(message: Omit<OutgoingMessage, 'copies' | 'status'>, copies: number): boolean {
    this.#chats.add(message.to);
    const known = this.#outgoing.get(message.id);
    if (known !== undefined) known.copies += copies;
    else limited(this.#outgoing, outgoingMax).set(message.id, { ...message, copies, status: 'sent' });
    return known === undefined;
  }

  raiseStatus(id: string, status: OutgoingMessage['status']): void {
    const message = this.#outgoing.get(id);
    if (message !== undefined && ranks[status] > ranks[message.status]) message.status = status;
  }

  /** Whether anything was ever written to this chat. */
  hasChat(chat: string): boolean {
    return this.#chats.has(chat);
  }

  get(id: string): OutgoingMessage | undefined {
    return this.#outgoing.get(id);
  }

  get size(): number {
    return this.#outgoing.size;
  }

  all(): readonly OutgoingMessage[] {
    return [...this.#outgoing.values()];
  }
}
