import type { Message } from './message-content.ts';
import { proto } from './proto.ts';
import { contentName, unwrapMessage } from './unwrap-message.ts';

/** What the server learns about a message beside its ciphertext. */
export interface StanzaDescription {
  readonly type: 'text' | 'media' | 'reaction' | 'poll' | 'event';
  readonly mediaType: string | undefined;
  /** `1` edits, `7` takes back an own message, `8` an admin takes back that of somebody else. */
  readonly edit: '1' | '2' | '7' | '8' | undefined;
}

const mediaTypes: Readonly<Record<string, string>> = {
  imageMessage: 'image',
  documentMessage: 'document',
  contactMessage: 'vcard',
  contactsArrayMessage: 'contact_array',
  liveLocationMessage: 'livelocation',
  stickerMessage: 'sticker',
  groupInviteMessage: 'url',
};

/** The attributes that a client puts beside its message, as the official ones do. */
export function describeStanza(message: Message): StanzaDescription {
  const { content } = unwrapMessage(message);
  const mediaType = mediaTypeOf(content);
  return { type: typeOf(content, mediaType), mediaType, edit: editOf(content) };
}

function typeOf(content: Message, mediaType: string | undefined): StanzaDescription['type'] {
  const name = contentName(content) ?? '';
  if (name === 'reactionMessage' || name === 'encReactionMessage') return 'reaction';
  if (name.startsWith('poll')) return 'poll';
  if (name === 'eventMessage') return 'event';
  return mediaType === undefined ? 'text' : 'media';
}

function mediaTypeOf(content: Message): string | undefined {
  if (content.videoMessage) return content.videoMessage.gifPlayback ? 'gif' : 'video';
  if (content.audioMessage) return content.audioMessage.ptt ? 'ptt' : 'audio';
  return mediaTypes[contentName(content) ?? ''];
}

function editOf({ protocolMessage, pinInChatMessage }: Message): StanzaDescription['edit'] {
  const { Type } = proto.Message.ProtocolMessage;
  if (pinInChatMessage) return '2';
  if (protocolMessage?.type === Type.MESSAGE_EDIT) return '1';
  if (protocolMessage?.type !== Type.REVOKE || !protocolMessage.key) return undefined;
  return protocolMessage.key.fromMe === false ? '8' : '7';
}
