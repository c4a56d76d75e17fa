import type { EventEnvelope } from '../../core/events/event.ts';
import { derivedId } from '../../core/ids.ts';
import type { Message } from '../../core/messages/message.ts';
import { messageExpiresAtSeconds } from '../../core/messages/retention.ts';
import type { IncomingMessage } from '../engine/port.ts';

export interface SessionFacts {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The event of a message that came in: `message.received`, or `message.sent` with `source: "phone"` when the owner wrote it on the
 * phone. The id comes from session, chat, sender and message id as the stanza names them, so a redelivery is the same event.
 *
 * @example incomingEvent(message, session).type // 'message.received'
 */
export function incomingEvent(
  message: IncomingMessage,
  { tenantId, sessionId, metadata }: SessionFacts,
): EventEnvelope {
  const { messageId, chat, from, content, sentAt, delayed, fromMe } = message;
  return {
    version: 1,
    id: derivedId('evt', [sessionId, message.rawChatId, message.rawSenderId, messageId]),
    type: fromMe ? 'message.sent' : 'message.received',
    tenantId,
    sessionId,
    timestamp: sentAt,
    metadata,
    data: {
      messageId,
      chat,
      from,
      ...content,
      sentAt,
      ...(fromMe ? { source: 'phone' } : { delayed }),
    },
  };
}

/** The row of a message that came in, to be kept for that many days. */
export function incomingRow(
  message: IncomingMessage,
  { tenantId, sessionId }: SessionFacts,
  { receivedAt, retentionDays }: { readonly receivedAt: string; readonly retentionDays: number },
): Message {
  const { messageId, chat, from, content, sentAt, fromMe } = message;
  return {
    tenantId,
    sessionId,
    messageId,
    direction: fromMe ? 'outbound' : 'inbound',
    chat,
    from,
    content,
    status: fromMe ? 'sent' : 'received',
    createdAt: receivedAt,
    updatedAt: receivedAt,
    sentAt,
    expiresAtSeconds: messageExpiresAtSeconds(Date.parse(receivedAt), retentionDays),
  };
}
