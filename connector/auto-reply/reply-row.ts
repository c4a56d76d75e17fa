import { createHash } from 'node:crypto';
import { fillTemplate, type ReplyRule } from '../../core/auto-reply/index.ts';
import { derivedId } from '../../core/ids.ts';
import type { Message } from '../../core/messages/message.ts';
import type { IncomingMessage } from '../engine/port.ts';
import type { SessionName } from '../storage/session-state.ts';

export interface ReplyRowParts {
  readonly session: SessionName & { readonly name: string };
  readonly message: Pick<IncomingMessage, 'messageId' | 'chat' | 'from' | 'rawChatId' | 'rawSenderId'>;
  readonly text: string;
  readonly rule: ReplyRule;
  readonly at: string;
  readonly expiresAtSeconds: number;
}

/** The id of the answer to a message: the same however often the message is delivered. */
export function replyId(
  { sessionId }: SessionName,
  { rawChatId, rawSenderId, messageId }: Pick<IncomingMessage, 'messageId' | 'rawChatId' | 'rawSenderId'>,
): string {
  const parts = JSON.stringify(['auto-reply', sessionId, rawChatId, rawSenderId, messageId]);
  return `3EB0${createHash('sha256').update(parts).digest('hex').slice(0, 18).toUpperCase()}`;
}

/** The message that answers, as the API would have written it. */
export function replyRow({ session, message, text, rule, at, expiresAtSeconds }: ReplyRowParts): Message {
  const messageId = replyId(session, message);
  const { name, phone } = message.from;
  const values = { name, phone, text, sessionName: session.name };
  const words = rule.reply.text === undefined ? undefined : fillTemplate(rule.reply.text, values);
  return {
    tenantId: session.tenantId,
    sessionId: session.sessionId,
    messageId,
    direction: 'outbound',
    chat: message.chat,
    to: message.chat.id,
    ...contentOf(rule, words, messageId),
    madeBy: 'auto_reply',
    status: 'queued',
    createdAt: at,
    updatedAt: at,
    expiresAtSeconds,
  };
}

function contentOf({ reply }: ReplyRule, words: string | undefined, messageId: string) {
  const { media } = reply;
  if (media === undefined) return { content: { type: 'text' as const, text: words ?? '' } };
  const { type, source } = media;
  const shown = {
    id: source.kind === 'stored' ? source.mediaId : derivedId('med', [messageId]),
    mimeType: 'application/octet-stream',
    size: null,
    fileName: null,
    sha256: null,
    status: 'pending' as const,
  };
  return {
    content: { type, media: shown, ...(words === undefined || words === '' ? {} : { caption: words }) },
    mediaSource: source,
  };
}
