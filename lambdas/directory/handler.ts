import { SQSClient } from '@aws-sdk/client-sqs';
import { createCallRepository } from '../../core/calls/call-repository.ts';
import { createCommandQueue } from '../../core/commands/command-queue.ts';
import { createAddressBook } from '../../core/directory/address-book.ts';
import { createDirectoryRepository } from '../../core/directory/directory-repository.ts';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { createOptOutRepository } from '../../core/opt-outs/opt-out-repository.ts';
import { createSessionRepository } from '../../core/sessions/session-repository.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts, maxAttempts, requestHandler } from '../shared/api-parts.ts';
import { createIdempotencyParts } from '../shared/idempotency-parts.ts';
import { chatBindings } from './chat-bindings.ts';
import { contactBindings } from './contact-bindings.ts';
import { groupBindings } from './group-bindings.ts';
import { type OptOutParts, optOutBindings } from './opt-out-bindings.ts';

const { logger, dynamodb, control, cursors, authenticate, limits } = createApiParts('directory');
const { idempotency } = createIdempotencyParts(control);
const messagesTable = { dynamodb, tableName: requireEnvironment(environmentNames.messagesTable) };

const parts: OptOutParts = {
  sessions: createSessionRepository(control),
  calls: createCallRepository(messagesTable),
  directory: createDirectoryRepository(messagesTable),
  findAlternate: createAddressBook(messagesTable),
  optOuts: createOptOutRepository(messagesTable),
  cursors,
  sendCommand: createCommandQueue({
    sqs: new SQSClient({ maxAttempts, requestHandler }),
    queueUrlPrefix: requireEnvironment(environmentNames.shardQueueUrlPrefix),
  }),
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Chats, contacts and groups: read from the tables where they are kept fresh, asked of WhatsApp where they must be. */
export const handler = createApiHandler({
  logger,
  authenticate,
  limits,
  idempotency,
  operations: [...chatBindings(parts), ...contactBindings(parts), ...groupBindings(parts), ...optOutBindings(parts)],
});
