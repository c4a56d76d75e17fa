import { proto } from '@whiskeysockets/baileys';
import { unwrapMessage } from './unwrap-message.ts';

/** A row must not outgrow its table, and a picture's preview is all that makes a message large. */
const protocolBytesMax = 65_536;
const previewBytesMax = 8_192;

/**
 * A message as WhatsApp had it, with its key, in bytes: what the port calls its protocol. Previews that are large are left out;
 * `undefined` for what is too large even so.
 *
 * @example readProtocol(writeProtocol({ key, message })).message
 */
export function writeProtocol(info: proto.IWebMessageInfo): Uint8Array | undefined {
  const bytes = proto.WebMessageInfo.encode(info).finish();
  if (bytes.length <= previewBytesMax) return bytes;
  const copy = proto.WebMessageInfo.decode(bytes);
  dropPreviews(copy.message ?? {});
  const slim = proto.WebMessageInfo.encode(copy).finish();
  return slim.length > protocolBytesMax ? undefined : slim;
}

/** Throws on bytes that are no message: they are our own. */
export function readProtocol(bytes: Uint8Array): proto.WebMessageInfo {
  return proto.WebMessageInfo.decode(bytes);
}

function dropPreviews(outer: proto.IMessage): void {
  const { message } = unwrapMessage(outer);
  for (const part of Object.values(message)) {
    if (part === null || typeof part !== 'object') continue;
    const { jpegThumbnail, contextInfo } = part as {
      jpegThumbnail?: Uint8Array | null;
      contextInfo?: proto.IContextInfo | null;
    };
    if (jpegThumbnail && jpegThumbnail.length > 0) Object.assign(part, { jpegThumbnail: null });
    // What is quoted has a row of its own.
    if (contextInfo?.quotedMessage) contextInfo.quotedMessage = null;
  }
}
