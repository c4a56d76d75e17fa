import { randomInt } from 'node:crypto';
import { proto } from './proto.ts';

export type Message = proto.IMessage;

export interface MessageSummary {
  /** `text`, or the name of the content without "Message", for example `reaction`, `image`, `protocol`. */
  readonly kind: string;
  /** What a person would read in it; empty when it has no text. */
  readonly text: string;
}

const paddingBytesMax = 16;

/** Encodes a message and adds 1 to 16 bytes of padding, each holding their number. */
export function encodeMessage(message: Message): Buffer {
  const padding = randomInt(1, paddingBytesMax + 1);
  return Buffer.concat([proto.Message.encode(message).finish(), Buffer.alloc(padding, padding)]);
}

/** The reverse of `encodeMessage`; throws on a padding that cannot be. */
export function decodeMessage(padded: Buffer): Message {
  const padding = padded[padded.length - 1] ?? 0;
  if (padding === 0 || padding > paddingBytesMax || padding > padded.length) throw new Error('The padding is false.');
  return proto.Message.decode(padded.subarray(0, padded.length - padding));
}

export function textMessage(text: string): Message {
  return { conversation: text };
}

/** A message that its author wrote on another device of their own. */
export function deviceSentMessage(destinationJid: string, message: Message): Message {
  return { deviceSentMessage: { destinationJid, message } };
}

/** What a message is and says, for the inbox of a phone. */
export function summarise(message: Message): MessageSummary {
  const text = message.conversation ?? message.extendedTextMessage?.text;
  if (typeof text === 'string' && text !== '') return { kind: 'text', text };
  if (message.reactionMessage) return { kind: 'reaction', text: message.reactionMessage.text ?? '' };
  const protocol = message.protocolMessage;
  if (protocol?.editedMessage) return { kind: 'edit', text: summarise(protocol.editedMessage).text };
  if (protocol?.type === proto.Message.ProtocolMessage.Type.REVOKE) return { kind: 'revoke', text: '' };
  const ignored = new Set(['messageContextInfo', 'senderKeyDistributionMessage']);
  const name = Object.entries(message).find(([key, value]) => value != null && !ignored.has(key))?.[0] ?? 'empty';
  return { kind: name.replace(/Message$/, ''), text: captionOf(message) };
}

function captionOf(message: Message): string {
  const media = message.imageMessage ?? message.videoMessage ?? message.documentMessage;
  return media?.caption ?? '';
}
