import type * as z from 'zod/mini';
import type { Principal } from '../../core/accounts/principal.ts';
import type { FindAlternate } from '../../core/directory/address-book.ts';
import { chatIdOf } from '../../core/directory/chat-id.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { MediaRepository } from '../../core/messages/media-repository.ts';
import type { Message } from '../../core/messages/message.ts';
import type { MessageRepository } from '../../core/messages/message-repository.ts';
import { parseRecipient } from '../../core/messages/recipient.ts';
import { messageExpiresAtSeconds } from '../../core/messages/retention.ts';
import type { OptOutRepository } from '../../core/opt-outs/opt-out-repository.ts';
import type { SessionRepository } from '../../core/sessions/session-repository.ts';
import type { PassedBuckets, RateLimits } from '../shared/limit-requests.ts';
import { audienceOfBody } from './audience-of-body.ts';
import { contentOfBody } from './content-of-body.ts';
import { contextOfBody } from './context-of-body.ts';
import { type CountSendParts, countSend } from './count-send.ts';
import { type QueueMessageParts, queueMessage } from './queue-message.ts';
import { requireSendable } from './require-sendable.ts';
import { requireWanted } from './require-wanted.ts';
import type { queuedMessage } from './schemas.ts';
import type { SendBody } from './send-schemas.ts';

export interface SendMessageParts extends CountSendParts, QueueMessageParts {
  readonly sessions: Pick<SessionRepository, 'find'>;
  readonly messages: Pick<MessageRepository, 'find' | 'listByChat' | 'create' | 'failQueued'>;
  readonly media: Pick<MediaRepository, 'find'>;
  readonly limits: Pick<RateLimits, 'admitSend'>;
  readonly findAlternate: FindAlternate;
  readonly optOuts: Pick<OptOutRepository, 'has'>;
  readonly logger: QueueMessageParts['logger'];
}

export interface SendMessageRequest {
  readonly principal: Principal;
  readonly sessionId: string;
  /** The id to send under: the same one in every attempt at one `Idempotency-Key`. */
  readonly messageId: string;
  readonly requestId: string;
  readonly passedBuckets: PassedBuckets;
  readonly body: SendBody;
}

/**
 * Writes a message under the id with which it will be sent, and queues the command to send it. Repeatable under one id: it is one
 * message, counted once. Throws `NOT_FOUND`, `VALIDATION_FAILED`, `RECIPIENT_INVALID`, `RECIPIENT_OPTED_OUT`, `SESSION_NOT_CONNECTED` when the session cannot
 * send without a person's help, `SEND_RATE_EXCEEDED`, `QUOTA_MESSAGES_EXCEEDED`, and `SERVICE_UNAVAILABLE` when the queue does not answer.
 */
export async function sendMessage(
  request: SendMessageRequest,
  parts: SendMessageParts,
): Promise<z.output<typeof queuedMessage>> {
  const { principal, sessionId, passedBuckets, requestId } = request;
  const session = await parts.sessions.find(principal.tenantId, sessionId);
  if (session === undefined) throw notFound('session');
  const message = await newMessage(request, parts);
  requireSendable(session);
  await requireWanted(session, message, parts);
  await parts.limits.admitSend(principal, sessionId, passedBuckets);
  const { messageId, chat, createdAt } = await countSend(
    { session, plan: principal.plan, requestId },
    async () => {
      const earlier = await queueMessage(message, { shard: session.shard, requestId }, parts);
      return { value: earlier ?? message, kept: earlier === undefined };
    },
    parts,
  );
  return { messageId, sessionId, status: 'queued', to: request.body.to, chat, createdAt };
}

async function newMessage(request: SendMessageRequest, parts: SendMessageParts): Promise<Message> {
  const { principal, sessionId, messageId, requestId, body } = request;
  const { tenantId } = principal;
  const addressed = parseRecipient(body.to);
  const named = await readNamed(request, parts);
  const alternate = addressed.phone === null ? undefined : await parts.findAlternate(tenantId, sessionId, addressed.id);
  const id = chatIdOf(addressed.id, alternate);
  const chat = id === addressed.id ? addressed : { ...addressed, id, lid: id };
  const context = contextOfBody(body, chat, named.quoted);
  const audience = audienceOfBody(body, chat);
  const nowMs = parts.now();
  const at = new Date(nowMs).toISOString();
  return {
    tenantId,
    sessionId,
    messageId,
    direction: 'outbound',
    chat,
    to: body.to,
    ...contentOfBody(body, messageId, named),
    ...(context === undefined ? {} : { context }),
    ...(audience === undefined ? {} : { audience }),
    status: 'queued',
    createdAt: at,
    updatedAt: at,
    requestId,
    expiresAtSeconds: messageExpiresAtSeconds(nowMs, principal.plan.retentionDays),
  };
}

/** The rows that a body names by their ids. */
async function readNamed(
  { principal: { tenantId }, sessionId, body }: SendMessageRequest,
  { messages, media }: SendMessageParts,
) {
  const [quoted, forwarded, stored] = await Promise.all([
    body.replyTo === undefined ? undefined : messages.find(tenantId, sessionId, body.replyTo),
    body.type === 'forward' ? messages.find(tenantId, sessionId, body.messageId) : undefined,
    'media' in body && body.media.id !== undefined ? media.find(tenantId, sessionId, body.media.id) : undefined,
  ]);
  return {
    ...(quoted === undefined ? {} : { quoted }),
    ...(forwarded === undefined ? {} : { forwarded }),
    ...(stored === undefined ? {} : { media: stored }),
  };
}
