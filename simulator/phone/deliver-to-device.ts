import type { Account } from '../accounts/account.ts';
import type { ArchivedMessage } from '../accounts/archive.ts';
import type { Companion } from '../accounts/companion.ts';
import { describeStanza } from '../wire/describe-stanza.ts';
import { deviceSentMessage, encodeMessage, padMessage } from '../wire/message-content.ts';
import { type Attributes, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { type Chat, chatJid } from './chat.ts';
import { corrupted } from './corrupted.ts';
import { authorAttributes, encryptFor, nowSeconds } from './message-stanza.ts';

export interface Delivery {
  readonly author: Account;
  readonly chat: Chat;
  readonly companion: Companion;
  readonly id: string;
  readonly archived: ArchivedMessage;
  /** How often the device has asked for this message again. */
  readonly retry?: number;
}

/**
 * Encrypts a message of a chat of two for one linked device and queues it there. The author's own devices get a copy, in which the message
 * lies inside a `deviceSentMessage`.
 */
export async function deliverToDevice(world: World, delivery: Delivery): Promise<void> {
  const { author, companion, id, archived, retry } = delivery;
  const isOwn = companion.phone === author.phone;
  const { type, mediaType, edit } = describeStanza(archived.message);
  const part =
    archived.placeholder !== undefined && !isOwn
      ? node('unavailable')
      : await encryptFor(author, companion, plaintextFor(delivery, isOwn), { retry, mediaType });
  const attributes = isOwn ? copyAttributes(delivery) : authorAttributes(author, archived.addressing);
  companion.deliver(
    node('message', { ...attributes, id, t: nowSeconds(), type, edit, notify: author.state.name }, [
      corrupted(world, companion.phone, part),
    ]),
  );
  world.statistics.messagesToDevices++;
}

function plaintextFor({ chat, archived }: Delivery, isOwn: boolean): Buffer {
  const { message, raw, addressing } = archived;
  if (raw !== undefined) return padMessage(raw);
  return encodeMessage(isOwn ? deviceSentMessage(chatJid(chat, addressing), message) : message);
}

function copyAttributes({ author, chat, archived: { addressing } }: Delivery): Attributes {
  const other = addressing === 'pn' ? 'lid' : 'pn';
  const isHidden = chat.kind === 'person' && chat.account.state.hidesNumber;
  return {
    from: author.jid(addressing),
    recipient: chatJid(chat, addressing),
    [`peer_recipient_${other}`]: isHidden && other === 'pn' ? undefined : chatJid(chat, other),
    addressing_mode: addressing,
  };
}
