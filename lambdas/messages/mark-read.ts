import { notFound } from '../../core/http/not-found.ts';
import type { Message } from '../../core/messages/message.ts';
import type { MessageRepository } from '../../core/messages/message-repository.ts';
import { type AskChatParts, type AskChatRequest, askChat } from './ask-chat.ts';
import { resolveChat } from './resolve-chat.ts';
import type { SendMessageParts } from './send-message.ts';

export interface MarkReadParts extends AskChatParts, Pick<SendMessageParts, 'findAlternate'> {
  readonly messages: Pick<MessageRepository, 'listByChat'>;
}

/** A chat that nobody read for long: more receipts at once look like a machine. */
const newestMax = 50;

/** Marks messages of a chat as read: the named ones, else the newest that came in. Throws what `askChat` throws. */
export async function markRead(
  request: AskChatRequest,
  messageIds: readonly string[] | undefined,
  parts: MarkReadParts,
) {
  return askChat(
    request,
    { kind: 'chat.read', messageIds: messageIds ?? (await newestReceived(request, parts)) },
    parts,
  );
}

async function newestReceived(
  { principal: { tenantId }, sessionId, chatId: named }: AskChatRequest,
  { messages, findAlternate, sessions }: MarkReadParts,
): Promise<string[]> {
  if ((await sessions.find(tenantId, sessionId)) === undefined) throw notFound('session');
  const chatId = await resolveChat({ tenantId, sessionId, chatId: named }, findAlternate);
  const { items } = await messages.listByChat({ tenantId, sessionId, chatId }, { limit: newestMax });
  return items.filter(({ direction }: Message) => direction === 'inbound').map(({ messageId }) => messageId);
}
