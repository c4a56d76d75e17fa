import type * as z from 'zod/mini';
import type { Principal } from '../../core/accounts/principal.ts';
import type { SendCommand } from '../../core/commands/command-queue.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { Message } from '../../core/messages/message.ts';
import type { MessageRepository } from '../../core/messages/message-repository.ts';
import { parseRecipient } from '../../core/messages/recipient.ts';
import { messageExpiresAtSeconds } from '../../core/messages/retention.ts';
import { canQueueMessages } from '../../core/sessions/linking-progress.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { SessionRepository } from '../../core/sessions/session-repository.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { ApiLogger } from '../shared/api-event.ts';
import type { PassedBuckets, RateLimits } from '../shared/limit-requests.ts';
import { type CountSendParts, countSend } from './count-send.ts';
import type { queuedMessage, sendMessageBody } from './schemas.ts';

export interface SendMessageParts extends CountSendParts {
  readonly sessions: Pick<SessionRepository, 'find'>;
  readonly messages: Pick<MessageRepository, 'create' | 'failQueued'>;
  readonly limits: Pick<RateLimits, 'admitSend'>;
  readonly sendCommand: SendCommand;
  readonly logger: Pick<ApiLogger, 'error' | 'warn'>;
  readonly now: () => number;
}

export interface SendMessageRequest {
  readonly principal: Principal;
  readonly sessionId: string;
  /** The id to send under: the same one in every attempt at one `Idempotency-Key`. */
  readonly messageId: string;
  readonly requestId: string;
  readonly passedBuckets: PassedBuckets;
  readonly body: z.output<typeof sendMessageBody>;
}

/** `failureReason` of a message that no connector will ever see. */
const neverQueued = 'queue_unavailable';

/**
 * Writes a message under the id with which it will be sent, and queues the command to send it. Repeatable under one id: it is one
 * message, counted once. Throws `NOT_FOUND`, `RECIPIENT_INVALID`, `SESSION_NOT_CONNECTED` when the session cannot send without a person's
 * help, `SEND_RATE_EXCEEDED`, `QUOTA_MESSAGES_EXCEEDED`, and `SERVICE_UNAVAILABLE` when the queue does not answer.
 */
export async function sendMessage(
  request: SendMessageRequest,
  parts: SendMessageParts,
): Promise<z.output<typeof queuedMessage>> {
  const { principal, sessionId, passedBuckets } = request;
  const session = await parts.sessions.find(principal.tenantId, sessionId);
  if (session === undefined) throw notFound('session');
  const message = newMessage(request, parts.now());
  requireSendable(session);
  await parts.limits.admitSend(principal, sessionId, passedBuckets);
  const { messageId, chat, createdAt } = await countSend(
    { session, plan: principal.plan, requestId: request.requestId },
    async () => {
      const earlier = await parts.messages.create(message);
      await queue(earlier ?? message, session.shard, request, parts);
      return { value: earlier ?? message, kept: earlier === undefined };
    },
    parts,
  );
  return { messageId, sessionId, status: 'queued', to: request.body.to, chat, createdAt };
}

function newMessage({ principal, sessionId, messageId, requestId, body }: SendMessageRequest, nowMs: number): Message {
  const at = new Date(nowMs).toISOString();
  return {
    tenantId: principal.tenantId,
    sessionId,
    messageId,
    direction: 'outbound',
    chat: parseRecipient(body.to),
    to: body.to,
    content: { type: 'text', text: body.text },
    status: 'queued',
    createdAt: at,
    updatedAt: at,
    requestId,
    expiresAtSeconds: messageExpiresAtSeconds(nowMs, principal.plan.retentionDays),
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
 * Queues the command of a message, unless an earlier attempt's has come further already. A send to the queue that failed may have
 * arrived all the same. The row decides: once it says `failed`, a connector does not send it; if a connector was faster, the
 * message is on its way and the answer is the usual one.
 */
async function queue(
  message: Message,
  shard: number,
  { requestId }: SendMessageRequest,
  { sendCommand, messages, logger, now }: SendMessageParts,
): Promise<void> {
  const { tenantId, sessionId, messageId, status, failureReason } = message;
  if (status === 'failed' && failureReason === neverQueued) throw notQueued(messageId);
  if (status !== 'queued') return;
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
    if (!(await messages.failQueued(message, neverQueued, new Date(now()).toISOString()))) return;
    throw notQueued(messageId, error);
  }
}

/** Nothing comes of this message any more, so that a repeat is a new one, also under the same `Idempotency-Key`. */
function notQueued(messageId: string, cause?: unknown): WharfError {
  return new WharfError('SERVICE_UNAVAILABLE', {
    detail: 'The message was not queued and will not be sent; try again.',
    extra: { messageId, retryAfterSeconds: 1 },
    nothingDone: true,
    cause,
  });
}
