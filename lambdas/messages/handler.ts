import { SQSClient } from '@aws-sdk/client-sqs';
import { createCommandQueue } from '../../core/commands/command-queue.ts';
import { createAddressBook } from '../../core/directory/address-book.ts';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createEventPublisher } from '../../core/events/publish-event.ts';
import { notFound } from '../../core/http/not-found.ts';
import { createMediaRepository } from '../../core/messages/media-repository.ts';
import { isChange } from '../../core/messages/message-content.ts';
import { createMessageRepository } from '../../core/messages/message-repository.ts';
import { createOptOutRepository } from '../../core/opt-outs/opt-out-repository.ts';
import { createMessageQuota } from '../../core/quotas/index.ts';
import { createSessionRepository } from '../../core/sessions/session-repository.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts, maxAttempts, requestHandler } from '../shared/api-parts.ts';
import { createIdempotencyParts } from '../shared/idempotency-parts.ts';
import { type ApiRequest, bind, bindList } from '../shared/operation.ts';
import { answerPage } from '../shared/paging.ts';
import { askChat } from './ask-chat.ts';
import { type ChangeMessageRequest, changeMessage } from './change-message.ts';
import { markRead } from './mark-read.ts';
import { messageOperations } from './operations.ts';
import { presentMessage } from './present-message.ts';
import { resolveChat } from './resolve-chat.ts';
import { type SendMessageParts, sendMessage } from './send-message.ts';

const { logger, dynamodb, control, cursors, authenticate, limits } = createApiParts('messages');
const { idempotency } = createIdempotencyParts(control);
const sessions = createSessionRepository(control);
const messagesTable = { dynamodb, tableName: requireEnvironment(environmentNames.messagesTable) };
const messages = createMessageRepository(messagesTable);
const findAlternate = createAddressBook(messagesTable);

const sqs = new SQSClient({ maxAttempts, requestHandler });

const parts: SendMessageParts = {
  sessions,
  messages,
  media: createMediaRepository(messagesTable),
  findAlternate,
  optOuts: createOptOutRepository(messagesTable),
  limits,
  quota: createMessageQuota(control),
  publish: createEventPublisher({ sqs, queueUrl: requireEnvironment(environmentNames.eventsQueueUrl) }),
  sendCommand: createCommandQueue({
    sqs,
    queueUrlPrefix: requireEnvironment(environmentNames.shardQueueUrlPrefix),
  }),
  logger,
  now: Date.now,
};

/** Sending and reading messages. */
export const handler = createApiHandler({
  logger,
  authenticate,
  limits,
  idempotency,
  operations: [
    bind(messageOperations.send, async ({ path, reservedId: messageId, ...request }) => ({
      data: await sendMessage({ ...request, sessionId: path('sessionId'), messageId }, parts),
    })),
    bindList(messageOperations.list, async ({ principal: { tenantId }, path, query }) => {
      const place = { tenantId, sessionId: path('sessionId') };
      const [session, chatId] = await Promise.all([
        sessions.find(tenantId, place.sessionId),
        resolveChat({ ...place, chatId: query.chatId }, findAlternate),
      ]);
      if (session === undefined) throw notFound('session');
      return answerPage({
        cursors,
        list: `${tenantId}/messages/${place.sessionId}/${chatId}`,
        query,
        read: (page) => messages.listByChat({ ...place, chatId }, page),
        present: presentMessage,
      });
    }),
    bind(messageOperations.get, async ({ principal: { tenantId }, path }) => {
      const sessionId = path('sessionId');
      const messageId = path('messageId');
      const [session, message] = await Promise.all([
        sessions.find(tenantId, sessionId),
        messages.find(tenantId, sessionId, messageId),
      ]);
      if (session === undefined) throw notFound('session');
      if (message === undefined || isChange(message.content)) throw notFound('message');
      return { data: presentMessage(message) };
    }),
    bind(messageOperations.edit, async (request) => ({
      data: await changeMessage(changeOf(request), { type: 'edit', text: request.body.text }, parts),
    })),
    bind(messageOperations.remove, async (request) => ({
      data: await changeMessage(changeOf(request), { type: 'delete' }, parts),
    })),
    bind(messageOperations.react, async (request) => ({
      data: await changeMessage(changeOf(request), { type: 'reaction', emoji: request.body.emoji }, parts),
    })),
    bind(messageOperations.markRead, async ({ path, body, ...request }) => ({
      data: await markRead(
        { ...request, sessionId: path('sessionId'), chatId: path('chatId') },
        body?.messageIds,
        parts,
      ),
    })),
    bind(messageOperations.showPresence, async ({ path, body: { presence }, ...request }) => ({
      data: await askChat(
        { ...request, sessionId: path('sessionId'), chatId: path('chatId') },
        { kind: 'chat.presence', presence },
        parts,
      ),
    })),
  ],
});

/** A request that names the message to change, and the id under which the change travels. */
function changeOf({
  path,
  reservedId,
  ...request
}: ApiRequest<unknown, unknown, 'messages:send'>): ChangeMessageRequest {
  return { ...request, sessionId: path('sessionId'), messageId: path('messageId'), changeId: reservedId };
}
