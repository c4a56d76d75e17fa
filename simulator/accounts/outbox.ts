import type { AddressForm } from '../wire/jid.ts';
import type { Message } from '../wire/message-content.ts';

/** A message written on the phone itself, or seen as a copy of what one of its linked devices wrote. */
export interface OutgoingMessage {
  readonly id: string;
  /** Phone number of the recipient. */
  readonly to: string;
  /** 0 when written on the phone. */
  readonly byDevice: number;
  readonly kind: string;
  readonly text: string;
  readonly at: string;
  /** Times the phone got a copy from its linked device; 0 when it wrote the message itself. */
  copies: number;
  /** The furthest that any recipient's device has reported. */
  status: 'sent' | 'delivered' | 'read' | 'played';
}

/** Kept so that a device that cannot decrypt can be served again. */
export interface SentMessage {
  readonly message: Message;
  readonly to: string;
  readonly addressing: AddressForm;
}

const outgoingMax = 50_000;
/** As a phone, the simulator serves retries for its recent messages only; not kept over a restart. */
const sentMax = 2000;
const ranks = { sent: 0, delivered: 1, read: 2, played: 3 } as const;

/** What went out from one account: not kept over a restart. */
export class Outbox {
  readonly #outgoing = new Map<string, OutgoingMessage>();
  readonly #sent = new Map<string, SentMessage>();

  /** Notes a message; a second copy of the same id is only counted. */
  note(message: Omit<OutgoingMessage, 'copies' | 'status'>, copies: number): void {
    const known = this.#outgoing.get(message.id);
    if (known !== undefined) known.copies += copies;
    else limited(this.#outgoing, outgoingMax).set(message.id, { ...message, copies, status: 'sent' });
  }

  raiseStatus(id: string, status: OutgoingMessage['status']): void {
    const message = this.#outgoing.get(id);
    if (message !== undefined && ranks[status] > ranks[message.status]) message.status = status;
  }

  remember(id: string, sent: SentMessage): void {
    limited(this.#sent, sentMax).set(id, sent);
  }

  sent(id: string): SentMessage | undefined {
    return this.#sent.get(id);
  }

  get size(): number {
    return this.#outgoing.size;
  }

  all(): readonly OutgoingMessage[] {
    return [...this.#outgoing.values()];
  }
}

function limited<T>(map: Map<string, T>, limit: number): Map<string, T> {
  const [oldest] = map.keys();
  if (map.size >= limit && oldest !== undefined) map.delete(oldest);
  return map;
}
