import { SQSClient } from '@aws-sdk/client-sqs';
import { createCommandQueue } from '../../core/commands/command-queue.ts';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createEventPublisher } from '../../core/events/publish-event.ts';
import { notFound } from '../../core/http/not-found.ts';
import { createMessageRepository } from '../../core/messages/message-repository.ts';
import { createMessageQuota } from '../../core/quotas/index.ts';
import { createSessionRepository } from '../../core/sessions/session-repository.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts, maxAttempts, requestHandler } from '../shared/api-parts.ts';
import { createIdempotencyParts } from '../shared/idempotency-parts.ts';
import { bind } from '../shared/operation.ts';
import { messageOperations } from './operations.ts';
import { presentMessage } from './present-message.ts';
import { type SendMessageParts, sendMessage } from './send-message.ts';

const { logger, dynamodb, control, authenticate, limits } = createApiParts('messages');
const { idempotency } = createIdempotencyParts(control);
const sessions = createSessionRepository(control);
const messages = createMessageRepository({
  dynamodb,
  tableName: requireEnvironment(environmentNames.messagesTable),
});

const sqs = new SQSClient({ maxAttempts, requestHandler });

const parts: SendMessageParts = {
  sessions,
  messages,
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
    bind(messageOperations.get, async ({ principal: { tenantId }, path }) => {
      const sessionId = path('sessionId');
      const messageId = path('messageId');
      const [session, message] = await Promise.all([
        sessions.find(tenantId, sessionId),
        messages.find(tenantId, sessionId, messageId),
      ]);
      if (session === undefined) throw notFound('session');
      if (message === undefined) throw notFound('message');
      return { data: presentMessage(message) };
    }),
  ],
});
