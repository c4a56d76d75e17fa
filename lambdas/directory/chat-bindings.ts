import type { Chat } from '../../core/directory/chat.ts';
import { type BoundOperation, bind, bindList } from '../shared/operation.ts';
import { callConnector } from './call-connector.ts';
import { callRequest, type DirectoryParts, listOfSession } from './directory-parts.ts';
import { chatOperations } from './operations.ts';

export function chatBindings(parts: DirectoryParts): BoundOperation[] {
  return [
    bindList(chatOperations.list, (request) =>
      listOfSession(request, parts, { name: 'chats', read: parts.directory.chats, present: presentChat }),
    ),
    bind(chatOperations.disappearing, async (request) => ({
      data: await callConnector(
        callRequest(request),
        { kind: 'chat.disappearing', chatId: request.path('chatId'), seconds: request.body.seconds },
        parts,
      ),
    })),
    bind(chatOperations.subscribe, async (request) => ({
      data: await callConnector(
        callRequest(request),
        { kind: 'presence.subscribe', chatId: request.path('chatId') },
        parts,
      ),
    })),
  ];
}

function presentChat(chat: Chat) {
  const { chatId, identity, kind, lastMessageAt, lastMessageId, lastReceivedAt, disappearingSeconds, updatedAt } = chat;
  return { chatId, identity, kind, lastMessageAt, lastMessageId, lastReceivedAt, disappearingSeconds, updatedAt };
}
