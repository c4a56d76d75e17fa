import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import type { MessageContent, ShownContent } from '../../../../core/messages/message-content.ts';
import type { OutgoingMessage } from '../../port.ts';
import { jidOfChat } from '../identity-of-jid.ts';
import type { UploadedMedia } from '../media/upload-media.ts';
import { readProtocol } from './protocol-bytes.ts';
import { unwrapMessage } from './unwrap-message.ts';
import { writeContext } from './write-context.ts';
import { writeMedia } from './write-media.ts';

const { Type } = proto.Message.ProtocolMessage;

export interface WriteContentParts {
  readonly uploaded?: UploadedMedia;
  readonly nowMs: number;
}

/**
 * The protocol's message for what is to be sent; `undefined` for content that cannot be sent.
 *
 * @example writeContent({ chatId, messageId, content: { type: 'text', text: 'hello' } }, { nowMs: Date.now() })
 */
export function writeContent(outgoing: OutgoingMessage, parts: WriteContentParts): proto.IMessage | undefined {
  const { content } = outgoing;
  switch (content.type) {
    case 'reaction':
      return {
        reactionMessage: {
          key: targetKey(outgoing, content.target),
          text: content.emoji,
          senderTimestampMs: parts.nowMs,
        },
      };
    case 'delete':
      return { protocolMessage: { key: targetKey(outgoing, content.target), type: Type.REVOKE } };
    case 'edit':
      return {
        protocolMessage: {
          key: targetKey(outgoing, content.target),
          type: Type.MESSAGE_EDIT,
          timestampMs: parts.nowMs,
          editedMessage: editedMessage(outgoing.related, content.text),
        },
      };
    case 'poll_vote':
    case 'unsupported':
      return undefined;
    default:
      return writeShown(outgoing, content, parts);
  }
}

function writeShown(
  outgoing: OutgoingMessage,
  content: ShownContent,
  parts: WriteContentParts,
): proto.IMessage | undefined {
  const message = shownMessage(outgoing, content, parts);
  if (message === undefined) return undefined;
  writeContext(message, outgoing);
  // Votes, edits and reports of this message are encrypted with it.
  const messageContextInfo = { messageSecret: randomBytes(32) };
  return outgoing.context?.viewOnce === true
    ? { viewOnceMessage: { message }, messageContextInfo }
    : { ...message, messageContextInfo };
}

function shownMessage(
  outgoing: OutgoingMessage,
  content: ShownContent,
  { uploaded, nowMs }: WriteContentParts,
): proto.IMessage | undefined {
  switch (content.type) {
    case 'text':
      return { extendedTextMessage: textMessage(content, outgoing.previewPicture) };
    case 'location': {
      const { latitude, longitude, name, address } = content.location;
      const place = { ...(name === undefined ? {} : { name }), ...(address === undefined ? {} : { address }) };
      return { locationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, ...place } };
    }
    case 'contacts': {
      const cards = content.contacts.map(({ name, vcard }) => ({ displayName: name, vcard }));
      const [only] = cards;
      return cards.length === 1 && only !== undefined
        ? { contactMessage: only }
        : { contactsArrayMessage: { displayName: `${cards.length} contacts`, contacts: cards } };
    }
    case 'poll': {
      const { question, options, selectableCount } = content.poll;
      const poll = {
        name: question,
        options: options.map((optionName) => ({ optionName })),
        selectableOptionsCount: selectableCount,
      };
      // Phones show a single choice only for the third version.
      return selectableCount === 1 ? { pollCreationMessageV3: poll } : { pollCreationMessage: poll };
    }
    case 'group_invite':
    case 'event':
    case 'order':
    case 'product':
    case 'unsupported':
      return undefined;
    default:
      return outgoing.media === undefined || uploaded === undefined
        ? undefined
        : writeMedia(content, outgoing.media, uploaded, { viewOnce: outgoing.context?.viewOnce === true, nowMs });
  }
}

function textMessage(
  { text, linkPreview }: Extract<ShownContent, { type: 'text' }>,
  previewPicture: Uint8Array | undefined,
): proto.Message.IExtendedTextMessage {
  if (linkPreview === undefined) return { text };
  return {
    text,
    matchedText: linkPreview.url,
    title: linkPreview.title,
    previewType: 0,
    ...(linkPreview.description === undefined ? {} : { description: linkPreview.description }),
    ...(previewPicture === undefined ? {} : { jpegThumbnail: previewPicture }),
  };
}

/** The key under which phones know the message that is changed. */
function targetKey(
  { chatId, related }: OutgoingMessage,
  target: Extract<MessageContent, { target: unknown }>['target'],
): proto.IMessageKey {
  const known = related === undefined ? undefined : readProtocol(related).key;
  const participant = known?.participant ?? (target.fromMe ? undefined : target.from?.id);
  const chat = jidOfChat(chatId);
  return {
    id: target.messageId,
    fromMe: target.fromMe,
    remoteJid: chat,
    ...(isShared(chat) && participant ? { participant: jidOfChat(participant) } : {}),
  };
}

/** An edited caption travels inside its medium, an edited text alone. */
function editedMessage(related: Uint8Array | undefined, text: string): proto.IMessage {
  const stored = related === undefined ? undefined : readProtocol(related).message;
  const { imageMessage, videoMessage, documentMessage } = unwrapMessage(stored ?? {}).message;
  if (imageMessage) return { imageMessage: { ...imageMessage, caption: text } };
  if (videoMessage) return { videoMessage: { ...videoMessage, caption: text } };
  if (documentMessage) return { documentMessage: { ...documentMessage, caption: text } };
  return { extendedTextMessage: { text } };
}

function isShared(jid: string): boolean {
  return jid.endsWith('@g.us') || jid === 'status@broadcast';
}
