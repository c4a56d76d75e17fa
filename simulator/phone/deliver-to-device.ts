import type { Account } from '../accounts/account.ts';
import type { ArchivedMessage } from '../accounts/archive.ts';
import type { Companion } from '../accounts/companion.ts';
import { describeStanza } from '../wire/describe-stanza.ts';
import { deviceSentMessage, encodeMessage, padMessage } from '../wire/message-content.ts';
import { type Attributes, type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { type Chat, chatJid } from './chat.ts';
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
 * Encrypts a message of a phone for one linked device and queues it there. The author's own devices get a copy, in which the message
 * lies inside a `deviceSentMessage`.
 */
export async function deliverToDevice(world: World, delivery: Delivery): Promise<void> {
  const { author, companion, id, archived, retry } = delivery;
  const isOwn = companion.phone === author.phone;
  const { type, mediaType, edit } = describeStanza(archived.message);
  const encrypted = await encryptFor(author, companion, plaintextFor(delivery, isOwn), { retry, mediaType });
  const attributes = isOwn ? copyAttributes(delivery) : authorAttributes(author, archived.addressing);
  companion.deliver(
    node('message', { ...attributes, id, t: nowSeconds(), type, edit, notify: author.state.name }, [
      corrupted(world, companion.phone, encrypted),
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
  return {
    from: author.jid(addressing),
    recipient: chatJid(chat, addressing),
    [`peer_recipient_${other}`]: chatJid(chat, other),
    addressing_mode: addressing,
  };
}

/** Counted from the end: the MAC's 8 bytes end a message, and in a first message at most 5 bytes of key ids follow them. */
const macByteFromEnd = 8;

/** Fault `corrupt-messages`: the MAC of the ciphertext becomes false. */
function corrupted(world: World, phone: string, encrypted: Node): Node {
  if (!(encrypted.content instanceof Uint8Array)) return encrypted;
  if (world.faults.strike('corrupt-messages', phone) === undefined) return encrypted;
  const bytes = Buffer.from(encrypted.content);
  const position = bytes.length - macByteFromEnd;
  bytes[position] = (bytes[position] ?? 0) ^ 0xff;
  return { ...encrypted, content: bytes };
}
