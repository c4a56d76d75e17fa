import type { EventEnvelope } from '../../core/events/event.ts';
import { derivedId } from '../../core/ids.ts';
import type { Message } from '../../core/messages/message.ts';
import type { SessionFacts } from '../inbox/incoming-event.ts';

/** The event of a message that WhatsApp took. The same message gives the same event however often it is made. */
export function sentEvent(message: Message, session: SessionFacts): EventEnvelope {
  return {
    ...envelope(message, session, 'sent'),
    type: 'message.sent',
    timestamp: message.sentAt ?? message.updatedAt,
    data: {
      messageId: message.messageId,
      chat: message.chat,
      to: message.to ?? message.chat.id,
      ...message.content,
      sentAt: message.sentAt ?? message.updatedAt,
      source: 'api',
    },
  };
}

/**
 * The event of a message that moved on: `delivered`, `read`, `played` or `failed`.
 *
 * @example statusEvent(row, session, 'read', '2026-11-22T10:00:00.000Z')
 */
export function statusEvent(
  message: Message,
  session: SessionFacts,
  status: 'delivered' | 'read' | 'played' | 'failed',
  at: string,
): EventEnvelope {
  return {
    ...envelope(message, session, status),
    type: 'message.status',
    timestamp: at,
    data: {
      messageId: message.messageId,
      chat: message.chat,
      status,
      at,
      ...(status === 'failed' ? { reason: message.failureReason ?? 'unknown' } : {}),
    },
  };
}

function envelope(message: Message, { tenantId, sessionId, metadata }: SessionFacts, step: string) {
  return {
    version: 1 as const,
    id: derivedId('evt', [sessionId, 'message', message.messageId, step]),
    tenantId,
    sessionId,
    metadata,
    ...(message.requestId === undefined ? {} : { requestId: message.requestId }),
  };
}
