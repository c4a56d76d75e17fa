import type * as z from 'zod/mini';
import type { SendCommand } from '../../core/commands/command-queue.ts';
import { notFound } from '../../core/http/not-found.ts';
import { newMessageId } from '../../core/ids.ts';
import type { Message } from '../../core/messages/message.ts';
import type { MessageRepository } from '../../core/messages/message-repository.ts';
import { parseRecipient } from '../../core/messages/recipient.ts';
import { messageExpiresAtSeconds } from '../../core/messages/retention.ts';
import { canQueueMessages } from '../../core/sessions/linking-progress.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { SessionRepository } from '../../core/sessions/session-repository.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { ApiLogger } from '../shared/api-event.ts';
import type { queuedMessage, sendMessageBody } from './schemas.ts';

export interface SendMessageParts {
  readonly sessions: Pick<SessionRepository, 'find'>;
  readonly messages: Pick<MessageRepository, 'create' | 'failQueued'>;
  readonly sendCommand: SendCommand;
  readonly logger: Pick<ApiLogger, 'error'>;
  readonly now: () => number;
}

export interface SendMessageRequest {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly requestId: string;
  readonly body: z.output<typeof sendMessageBody>;
}

/**
 * Writes a message under the id with which it will be sent, and queues the command to send it. Throws `NOT_FOUND`,
 * `RECIPIENT_INVALID`, `SESSION_NOT_CONNECTED` when the session cannot send without a person's help, `SERVICE_UNAVAILABLE` when the
 * queue does not answer.
 */
export async function sendMessage(
  request: SendMessageRequest,
  parts: SendMessageParts,
): Promise<z.output<typeof queuedMessage>> {
  const { tenantId, sessionId } = request;
  const session = await parts.sessions.find(tenantId, sessionId);
  if (session === undefined) throw notFound('session');
  const message = newMessage(request, parts.now());
  requireSendable(session);
  await parts.messages.create(message);
  await queue(message, session.shard, request, parts);
  const { messageId, chat, createdAt } = message;
  return { messageId, sessionId, status: 'queued', to: request.body.to, chat, createdAt };
}

function newMessage({ tenantId, sessionId, requestId, body }: SendMessageRequest, nowMs: number): Message {
  const at = new Date(nowMs).toISOString();
  return {
    tenantId,
    sessionId,
    messageId: newMessageId(),
    direction: 'outbound',
    chat: parseRecipient(body.to),
    to: body.to,
    content: { type: 'text', text: body.text },
    status: 'queued',
    createdAt: at,
    updatedAt: at,
    requestId,
    expiresAtSeconds: messageExpiresAtSeconds(nowMs),
  };
}

function requireSendable(session: Session): void {
  if (canQueueMessages(session)) return;
  throw new WharfError('SESSION_NOT_CONNECTED', {
    detail: `The session is ${session.status}; nothing can be sent until that changes.`,
    extra: { sessionStatus: session.status, ...(session.until === undefined ? {} : { until: session.until }) },
  });
}

/**
 * A send to the queue that failed may have arrived all the same. The row decides: once it says `failed`, a connector does not send
 * it; if a connector was faster, the message is on its way and the answer is the usual one.
 */
async function queue(
  message: Message,
  shard: number,
  { requestId }: SendMessageRequest,
  { sendCommand, messages, logger, now }: SendMessageParts,
): Promise<void> {
  const { tenantId, sessionId, messageId } = message;
  try {
    await sendCommand(shard, {
      version: 1,
      kind: 'message.send',
      commandId: messageId,
      messageId,
      tenantId,
      sessionId,
      requestId,
    });
  } catch (error) {
    logger.error('message not queued', { err: error, requestId, tenantId, sessionId, messageId });
    if (!(await messages.failQueued(message, 'queue_unavailable', new Date(now()).toISOString()))) return;
    throw new WharfError('SERVICE_UNAVAILABLE', {
      detail: 'The message was not queued and will not be sent; try again.',
      extra: { messageId, retryAfterSeconds: 1 },
      cause: error,
    });
  }
}
