import type * as z from 'zod/mini';
import type { Message } from '../../core/messages/message.ts';
import type { message } from './schemas.ts';

/** A message as answered. */
export function presentMessage(row: Message): z.output<typeof message> {
  return {
    messageId: row.messageId,
    sessionId: row.sessionId,
    direction: row.direction,
    status: row.status,
    failureReason: row.failureReason ?? null,
    chat: row.chat,
    from: row.from ?? null,
    to: row.to ?? null,
    type: row.content.type,
    text: row.content.type === 'text' ? row.content.text : null,
    createdAt: row.createdAt,
    sentAt: row.sentAt ?? null,
    deliveredAt: row.deliveredAt ?? null,
    readAt: row.readAt ?? null,
  };
}
