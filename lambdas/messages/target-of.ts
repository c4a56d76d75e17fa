import type { Identity } from '../../core/identity.ts';
import type { Message } from '../../core/messages/message.ts';
import type { MessageTarget } from '../../core/messages/message-content.ts';

/** How another message names this one. In a group the author belongs to the name. */
export function targetOf({ messageId, direction, from }: Message, chat: Pick<Identity, 'id'>): MessageTarget {
  const fromMe = direction === 'outbound';
  return { messageId, fromMe, from: chat.id.endsWith('@g.us') && !fromMe ? (from ?? null) : null };
}
