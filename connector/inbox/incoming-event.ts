import type { EventEnvelope, EventType } from '../../core/events/event.ts';
import type { Identity } from '../../core/identity.ts';
import { derivedId } from '../../core/ids.ts';
import type { Message } from '../../core/messages/message.ts';
import { type ChangeContent, isChange } from '../../core/messages/message-content.ts';
import { messageExpiresAtSeconds } from '../../core/messages/retention.ts';
import type { IncomingMessage } from '../engine/port.ts';

export interface SessionFacts {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Names of the events of changes. */
export const changeEventTypes: Readonly<Record<ChangeContent['type'], EventType>> = {
  reaction: 'message.reaction',
  edit: 'message.edited',
  delete: 'message.deleted',
  poll_vote: 'message.poll_vote',
};

/**
 * What the event of a change says: `messageId` is the message that was changed, and `changeId` the message that changed it.
 *
 * @example changeData({ type: 'reaction', target, emoji: '+' }, { changeId, chat, from, at })
 */
export function changeData(
  { type, target, ...change }: ChangeContent,
  { changeId, chat, from, at }: { changeId: string; at: string; chat: Identity; from: Identity | undefined },
): EventEnvelope['data'] {
  const { messageId, ...author } = target;
  return { messageId, chat, from: from ?? null, ...change, target: author, changeId, at };
}

/**
 * The event of a message that came in: `message.received`, or `message.sent` with `source: "phone"` when the owner wrote it on the
 * phone; of a change, the event of that change. The id comes from session, chat, sender and message id as the stanza names them, so a
 * redelivery is the same event.
 *
 * @example incomingEvent(message, session).type // 'message.received'
 */
export function incomingEvent(
  message: IncomingMessage,
  { tenantId, sessionId, metadata }: SessionFacts,
): EventEnvelope {
  const { messageId, chat, from, content, context, sentAt, delayed, fromMe } = message;
  const origin = fromMe ? { source: 'phone' } : { delayed };
  const envelope = {
    version: 1 as const,
    id: derivedId('evt', [sessionId, message.rawChatId, message.rawSenderId, messageId]),
    tenantId,
    sessionId,
    timestamp: sentAt,
    metadata,
  };
  if (isChange(content)) {
    const data = changeData(content, { changeId: messageId, chat, from, at: sentAt });
    return { ...envelope, type: changeEventTypes[content.type], data: { ...data, ...origin } };
  }
  return {
    ...envelope,
    type: fromMe ? 'message.sent' : 'message.received',
    data: { messageId, chat, from, ...content, ...context, sentAt, ...origin },
  };
}

/** The row of a message that came in, to be kept for that many days. */
export function incomingRow(
  message: IncomingMessage,
  { tenantId, sessionId }: SessionFacts,
  { receivedAt, retentionDays }: { readonly receivedAt: string; readonly retentionDays: number },
): Message {
  const { messageId, chat, from, content, context, sentAt, fromMe } = message;
  return {
    tenantId,
    sessionId,
    messageId,
    direction: fromMe ? 'outbound' : 'inbound',
    chat,
    from,
    content,
    ...(context === undefined ? {} : { context }),
    status: fromMe ? 'sent' : 'received',
    createdAt: receivedAt,
    updatedAt: receivedAt,
    sentAt,
    expiresAtSeconds: messageExpiresAtSeconds(Date.parse(receivedAt), retentionDays),
  };
}
