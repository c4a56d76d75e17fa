import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import type { SentMessage } from '../accounts/outbox.ts';
import { deviceSentMessage } from '../wire/message-content.ts';
import { type Attributes, type Node, node } from '../wire/node.ts';
import type { World } from '../world/world.ts';
import { authorAttributes, encryptFor, nowSeconds } from './message-stanza.ts';

export interface Delivery {
  readonly author: Account;
  readonly recipient: Account;
  readonly companion: Companion;
  readonly id: string;
  readonly sent: SentMessage;
  /** How often the device has asked for this message again. */
  readonly retry?: number;
}

/**
 * Encrypts a message of a phone for one linked device and queues it there. The author's own devices get a copy, in which the message
 * lies inside a `deviceSentMessage`.
 */
export async function deliverToDevice(world: World, delivery: Delivery): Promise<void> {
  const { author, companion, id, sent, retry } = delivery;
  const isOwn = companion.phone === author.phone;
  const destination = delivery.recipient.jid(sent.addressing);
  const message = isOwn ? deviceSentMessage(destination, sent.message) : sent.message;
  const encrypted = await encryptFor(author, companion, message, retry);
  const attributes = isOwn ? copyAttributes(delivery) : authorAttributes(author, sent.addressing);
  companion.deliver(
    node('message', { ...attributes, id, t: nowSeconds(), type: 'text', notify: author.state.name }, [
      corrupted(world, companion.phone, encrypted),
    ]),
  );
  world.statistics.messagesToDevices++;
}

function copyAttributes({ author, recipient, sent: { addressing } }: Delivery): Attributes {
  const other = addressing === 'pn' ? 'lid' : 'pn';
  return {
    from: author.jid(addressing),
    recipient: recipient.jid(addressing),
    [`peer_recipient_${other}`]: recipient.jid(other),
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
