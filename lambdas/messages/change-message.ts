import type * as z from 'zod/mini';
import { notFound } from '../../core/http/not-found.ts';
import type { Message } from '../../core/messages/message.ts';
import { type ChangeContent, hasMedia, isChange } from '../../core/messages/message-content.ts';
import { messageExpiresAtSeconds } from '../../core/messages/retention.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { cancelWaiting } from './cancel-waiting.ts';
import { queueMessage } from './queue-message.ts';
import { requireSendable } from './require-sendable.ts';
import type { queuedChange } from './schemas.ts';
import type { SendMessageParts, SendMessageRequest } from './send-message.ts';
import { targetOf } from './target-of.ts';

export type ChangeMessageRequest = Omit<SendMessageRequest, 'messageId' | 'body'> & {
  /** The message to change. */
  readonly messageId: string;
  /** The id under which the change travels. */
  readonly changeId: string;
};

/** What is to become of the message. */
export type Change =
  | { readonly type: 'edit'; readonly text: string }
  | { readonly type: 'delete' }
  | { readonly type: 'reaction'; readonly emoji: string };

export type ChangeMessageParts = Pick<
  SendMessageParts,
  'sessions' | 'messages' | 'limits' | 'sendCommand' | 'logger' | 'now'
>;

/** WhatsApp's phones take an edit for this long after the message. */
const editableMs = 15 * 60_000;

/**
 * Queues an edit, a deletion for everyone or a reaction; deleting a message that waits takes it back before it leaves. Changes count against the send rate and not against the messages of the day.
 * Throws `NOT_FOUND`, `MESSAGE_NOT_CHANGEABLE`, `SESSION_NOT_CONNECTED`, `SEND_RATE_EXCEEDED` and `SERVICE_UNAVAILABLE`.
 *
 * @example await changeMessage({ ...request, messageId, changeId }, { type: 'reaction', emoji: '👍' }, parts)
 */
export async function changeMessage(
  request: ChangeMessageRequest,
  change: Change,
  parts: ChangeMessageParts,
): Promise<z.output<typeof queuedChange>> {
  const { principal, sessionId, messageId, changeId, requestId, passedBuckets } = request;
  const { tenantId } = principal;
  const [session, target] = await Promise.all([
    parts.sessions.find(tenantId, sessionId),
    parts.messages.find(tenantId, sessionId, messageId),
  ]);
  if (session === undefined) throw notFound('session');
  if (target === undefined || isChange(target.content)) throw notFound('message');
  const nowMs = parts.now();
  const queued = { messageId, changeId, sessionId, status: 'queued' } as const;
  if (change.type === 'delete') {
    const command = { shard: session.shard, requestId, commandId: changeId };
    if (await cancelWaiting(target, command, parts)) return queued;
  }
  requireChangeable(target, change, nowMs);
  requireSendable(session);
  await parts.limits.admitSend(principal, sessionId, passedBuckets);
  const at = new Date(nowMs).toISOString();
  const row: Message = {
    tenantId,
    sessionId,
    messageId: changeId,
    direction: 'outbound',
    chat: target.chat,
    content: { ...change, target: targetOf(target, target.chat) } as ChangeContent,
    status: 'queued',
    createdAt: at,
    updatedAt: at,
    requestId,
    expiresAtSeconds: messageExpiresAtSeconds(nowMs, principal.plan.retentionDays),
  };
  await queueMessage(row, { shard: session.shard, requestId }, parts);
  return queued;
}

const beforeSent = new Set<Message['status']>(['queued', 'sending', 'failed']);

function requireChangeable(target: Message, { type }: Change, nowMs: number): void {
  if (target.deletedAt !== undefined) throw notChangeable('The message was deleted.');
  if (beforeSent.has(target.status))
    throw notChangeable(`The message is ${target.status}; it has not reached WhatsApp.`);
  if (type === 'reaction') return;
  if (type === 'delete') {
    if (target.direction === 'outbound' || target.chat.id.endsWith('@g.us')) return;
    throw notChangeable('Only own messages, and in a group those of members, can be deleted for everyone.');
  }
  if (target.direction !== 'outbound') throw notChangeable('Only own messages can be edited.');
  if (target.content.type !== 'text' && !hasMedia(target.content))
    throw notChangeable('Only texts and captions can be edited.');
  if (nowMs - Date.parse(target.sentAt ?? target.createdAt) > editableMs) {
    throw notChangeable('WhatsApp takes edits for 15 minutes only.');
  }
}

function notChangeable(detail: string): WharfError {
  return new WharfError('MESSAGE_NOT_CHANGEABLE', { detail });
}
