import type { EventEnvelope } from '../../core/events/event.ts';
import { derivedId } from '../../core/ids.ts';
import type { Message } from '../../core/messages/message.ts';
import { isChange } from '../../core/messages/message-content.ts';
import type { Waiting } from '../../core/sending/index.ts';
import { changeData, changeEventTypes, type SessionFacts } from '../inbox/incoming-event.ts';

/**
 * The event of a message that WhatsApp took: `message.sent`, or that of the change which it is. The same message gives the same event
 * however often it is made.
 */
export function sentEvent(message: Message, session: SessionFacts): EventEnvelope {
  const { messageId, chat, content, context } = message;
  const sentAt = message.sentAt ?? message.updatedAt;
  const base = { ...envelope(message, session, 'sent'), timestamp: sentAt };
  if (isChange(content)) {
    const data = changeData(content, { changeId: messageId, chat, from: message.from, at: sentAt });
    return { ...base, type: changeEventTypes[content.type], data: { ...data, source: 'api' } };
  }
  return {
    ...base,
    type: 'message.sent',
    data: {
      messageId,
      chat,
      to: message.to ?? chat.id,
      ...content,
      ...context,
      sentAt,
      source: message.madeBy ?? 'api',
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

/**
 * The event of a message that may not leave yet. Told again, with another id, when the reason or the end changes.
 *
 * @example waitingEvent(row, session, { reason: 'new_chat_budget', until: '2026-11-23T00:00:00.000Z' })
 */
export function waitingEvent(message: Message, session: SessionFacts, { reason, until }: Waiting): EventEnvelope {
  const { messageId, chat, updatedAt } = message;
  return {
    ...envelope(message, session, JSON.stringify(['queued', reason, until])),
    type: 'message.status',
    timestamp: updatedAt,
    data: { messageId, chat, status: 'queued', at: updatedAt, waitingFor: reason, waitingUntil: until },
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
