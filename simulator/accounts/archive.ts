import type { AddressForm } from '../wire/jid.ts';
import type { Message } from '../wire/message-content.ts';
import { limited } from './limited.ts';

/** A message as it lies on a phone, whoever wrote it. */
export interface ArchivedMessage {
  readonly message: Message;
  /** Sent as these bytes instead of `message`: content that no proper client would write. */
  readonly raw?: Buffer;
  /** Linked devices get the envelope only; their phone resends the content when they ask, or never. */
  readonly placeholder?: 'resent' | 'lost' | undefined;
  /** Phone number of the other person, id of the group, or `status@broadcast`. */
  readonly chat: string;
  /** Phone number of the author. */
  readonly author: string;
  /** The address form in which the chat is held. */
  readonly addressing: AddressForm;
}

/** As a phone, the simulator resends, quotes and forwards recent messages only; not kept over a restart. */
const messagesMax = 2000;

/** What a phone needs to send a message again, to answer or forward it, to open votes on it, and to upload its file anew. */
export class Archive {
  readonly #messages = new Map<string, ArchivedMessage>();

  keep(id: string, message: ArchivedMessage): void {
    limited(this.#messages, messagesMax).set(id, message);
  }

  get(id: string): ArchivedMessage | undefined {
    return this.#messages.get(id);
  }
}
