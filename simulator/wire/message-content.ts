import { randomInt } from 'node:crypto';
import { proto } from './proto.ts';

export type Message = proto.IMessage;

const paddingBytesMax = 16;

/** Encodes a message and pads it. */
export function encodeMessage(message: Message): Buffer {
  return padMessage(encodeBareMessage(message));
}

/** Encodes a message that is not encrypted, and so not padded. */
export function encodeBareMessage(message: Message): Buffer {
  return Buffer.from(proto.Message.encode(message).finish());
}

/** Adds 1 to 16 bytes of padding, each holding their number. */
export function padMessage(encoded: Uint8Array): Buffer {
  const padding = randomInt(1, paddingBytesMax + 1);
  return Buffer.concat([encoded, Buffer.alloc(padding, padding)]);
}

/** The reverse of `encodeMessage`; throws on a padding that cannot be. */
export function decodeMessage(padded: Buffer): Message {
  const padding = padded[padded.length - 1] ?? 0;
  if (padding === 0 || padding > paddingBytesMax || padding > padded.length) throw new Error('The padding is false.');
  return proto.Message.decode(padded.subarray(0, padded.length - padding));
}

/** What can be read of bytes that somebody made up; an empty message when it is nothing at all. */
export function readRawMessage(bytes: Buffer): Message {
  try {
    return proto.Message.decode(bytes);
  } catch {
    // Sending what cannot be read is the purpose of raw content.
    return {};
  }
}

/** A message that its author wrote on another device of their own. */
export function deviceSentMessage(destinationJid: string, message: Message): Message {
  return { deviceSentMessage: { destinationJid, message } };
}

/** Hands out the key under which an author's messages to a group can be read. */
export function distributionMessage(groupId: string, key: Buffer): Message {
  return { senderKeyDistributionMessage: { groupId, axolotlSenderKeyDistributionMessage: key } };
}
