import { proto, type WASocket } from '@whiskeysockets/baileys';
import { hasMedia } from '../../../core/messages/message-content.ts';
import type { ComposeOutcome, OutgoingMessage } from '../port.ts';
import { writeContent } from './content/write-content.ts';
import { familyOf } from './content/write-media.ts';
import { jidOfChat } from './identity-of-jid.ts';
import type { MediaNetwork } from './media/media-network.ts';
import { uploadMedia } from './media/upload-media.ts';

export interface ComposeParts {
  readonly socket: Pick<WASocket, 'refreshMediaConn'>;
  readonly network: MediaNetwork;
  readonly nowMs: number;
}

/**
 * Makes the bytes of a message: uploads its medium, makes its keys and its secret. They are stored before the first send, so that a repeat is
 * the same message in every byte, the secret of a poll included. Never throws.
 */
export async function composeMessage(
  { socket, network, nowMs }: ComposeParts,
  outgoing: OutgoingMessage,
): Promise<ComposeOutcome> {
  const { content, media, chatId, messageId } = outgoing;
  try {
    const uploaded =
      media !== undefined && hasMedia(content)
        ? await uploadMedia(socket, network, media, familyOf(content.type))
        : undefined;
    const message = writeContent(outgoing, { nowMs, ...(uploaded === undefined ? {} : { uploaded }) });
    if (message === undefined) return { kind: 'failed', reason: 'content_not_supported' };
    const info = proto.WebMessageInfo.create({
      key: { remoteJid: jidOfChat(chatId), fromMe: true, id: messageId },
      message,
      messageTimestamp: Math.floor(nowMs / 1000),
    });
    return { kind: 'composed', protocol: proto.WebMessageInfo.encode(info).finish() };
  } catch (error) {
    return { kind: 'unknown', reason: error instanceof Error ? error.message.slice(0, 120) : 'compose_failed' };
  }
}
