import { SQSClient } from '@aws-sdk/client-sqs';
import { createCommandQueue } from '../../core/commands/command-queue.ts';
import { environmentNames, requireEnvironment } from '../../core/environment.ts';
import { notFound } from '../../core/http/not-found.ts';
import { newId } from '../../core/ids.ts';
import type { Session } from '../../core/sessions/session.ts';
import { createSessionRepository } from '../../core/sessions/session-repository.ts';
import { createApiHandler } from '../shared/api-handler.ts';
import { createApiParts, maxAttempts, requestHandler } from '../shared/api-parts.ts';
import { presentAutoReply } from '../shared/auto-reply-schemas.ts';
import { bind } from '../shared/operation.ts';
import { autoReplyOperations } from './operations.ts';
import { requirePatterns } from './require-patterns.ts';
import { tryAutoReply } from './try-auto-reply.ts';

const { logger, control, authenticate, limits } = createApiParts('auto-reply');
const sessions = createSessionRepository(control);
const sendCommand = createCommandQueue({
  sqs: new SQSClient({ maxAttempts, requestHandler }),
  queueUrlPrefix: requireEnvironment(environmentNames.shardQueueUrlPrefix),
});

/** The rules by which a session answers by itself. */
export const handler = createApiHandler({
  logger,
  authenticate,
  limits,
  operations: [
    bind(autoReplyOperations.get, async ({ principal: { tenantId }, path }) => ({
      data: presentAutoReply(existing(await sessions.find(tenantId, path('sessionId'))).autoReply),
    })),
    bind(autoReplyOperations.put, async ({ principal: { tenantId }, path, body, requestId }) => {
      await requirePatterns(body);
      const session = existing(await sessions.update(tenantId, path('sessionId'), { autoReply: body }));
      await tellConnector(session, requestId);
      return { data: presentAutoReply(session.autoReply) };
    }),
    bind(autoReplyOperations.try, async ({ principal: { tenantId }, path, body }) => {
      const session = existing(await sessions.find(tenantId, path('sessionId')));
      const { testPattern } = await import('./re2.lazy.ts');
      const autoReply = presentAutoReply(session.autoReply);
      return { data: tryAutoReply(body, { autoReply, sessionName: session.name, nowMs: Date.now(), testPattern }) };
    }),
  ],
});

function existing(session: Session | undefined): Session {
  if (session === undefined) throw notFound('session');
  return session;
}

/** The connector holds a copy of the row. It also reads it again each minute, so a command that is lost only makes the change slower. */
async function tellConnector({ tenantId, sessionId, shard }: Session, requestId: string): Promise<void> {
  const command = {
    version: 1,
    kind: 'session.reconcile',
    commandId: newId('cmd'),
    tenantId,
    sessionId,
    requestId,
  } as const;
  await sendCommand(shard, command).catch((error: unknown) =>
    logger.warn('reconcile command not sent', { err: error, requestId, tenantId, sessionId }),
  );
}
