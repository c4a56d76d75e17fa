import type { proto } from '@whiskeysockets/baileys';
import type { Identity } from '../../../../core/identity.ts';
import type { MessageContext, MessageTarget } from '../../../../core/messages/message-content.ts';
import type { OwnAddresses } from '../read-stanza.ts';
import { cutText } from './cut-text.ts';
import { unwrapMessage } from './unwrap-message.ts';

/** Of a mention that reaches a whole group one by one. */
export const mentionsMax = 256;
/** What is quoted is shown in two lines; the whole is under its id. */
const quotedCharactersMax = 1_024;

/** The fields of a message that can carry a context, in the order in which they are looked for. */
export function contextInfoOf(message: proto.IMessage): proto.IContextInfo | undefined {
  for (const part of Object.values(message)) {
    if (part !== null && typeof part === 'object' && 'contextInfo' in part && part.contextInfo) {
      return part.contextInfo as proto.IContextInfo;
    }
  }
  return undefined;
}

export interface ReadContextParts {
  readonly me: OwnAddresses;
  readonly rawChatId: string;
  readonly viewOnce: boolean;
  readonly identify: (jid: string) => Identity;
}

/** What accompanies the content of an unwrapped message; `undefined` when nothing does. */
export function readContext(message: proto.IMessage, parts: ReadContextParts): MessageContext | undefined {
  const info = contextInfoOf(message) ?? {};
  const replyTo = readQuote(info, parts);
  const mentions = (info.mentionedJid ?? []).slice(0, mentionsMax).filter(Boolean).map(parts.identify);
  const viewOnce = parts.viewOnce || isViewOnce(message);
  const context: MessageContext = {
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(mentions.length === 0 ? {} : { mentions }),
    ...(info.nonJidMentions ? { mentionsAll: true } : {}),
    ...(info.isForwarded || (info.forwardingScore ?? 0) > 0 ? { forwarded: true } : {}),
    ...(viewOnce ? { viewOnce } : {}),
    ...(isPositive(info.expiration) ? { expiresInSeconds: info.expiration } : {}),
  };
  return Object.keys(context).length === 0 ? undefined : context;
}

function readQuote(info: proto.IContextInfo, { me, rawChatId, identify }: ReadContextParts): MessageContext['replyTo'] {
  if (!info.stanzaId || !info.quotedMessage) return undefined;
  const author = info.participant ? identify(info.participant) : null;
  const own = identify(me.id);
  const fromMe = author !== null && (author.id === own.id || (author.phone !== null && author.phone === own.phone));
  const target: MessageTarget = {
    messageId: info.stanzaId.slice(0, 128),
    fromMe,
    from: rawChatId.endsWith('@g.us') ? author : null,
  };
  return { ...target, text: cutText(quotedText(info.quotedMessage), quotedCharactersMax) ?? null };
}

function quotedText(quoted: proto.IMessage): string | null | undefined {
  const { message } = unwrapMessage(quoted);
  const { conversation, extendedTextMessage, imageMessage, videoMessage, documentMessage } = message;
  const { locationMessage, contactMessage, pollCreationMessage, pollCreationMessageV3 } = message;
  return (
    conversation ||
    extendedTextMessage?.text ||
    imageMessage?.caption ||
    videoMessage?.caption ||
    documentMessage?.caption ||
    documentMessage?.fileName ||
    locationMessage?.name ||
    contactMessage?.displayName ||
    pollCreationMessage?.name ||
    pollCreationMessageV3?.name
  );
}

function isViewOnce({ imageMessage, videoMessage, audioMessage }: proto.IMessage): boolean {
  return [imageMessage, videoMessage, audioMessage].some((part) => part?.viewOnce === true);
}

function isPositive(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
