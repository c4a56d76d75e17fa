import type { FindAlternate } from '../../core/directory/address-book.ts';
import { chatIdOf } from '../../core/directory/chat-id.ts';
import type { ChatPlace } from '../../core/messages/message-repository.ts';
import { parseRecipient } from '../../core/messages/recipient.ts';

/** The id under which a chat is kept, from any form of its address. Throws `RECIPIENT_INVALID`. */
export async function resolveChat(
  { tenantId, sessionId, chatId }: ChatPlace,
  findAlternate: FindAlternate,
): Promise<string> {
  const { id, phone } = parseRecipient(chatId, '/chatId');
  return phone === null ? id : chatIdOf(id, await findAlternate(tenantId, sessionId, id));
}
