import type { SendCommand } from '../../core/commands/command-queue.ts';
import type { Message } from '../../core/messages/message.ts';
import type { MessageRepository } from '../../core/messages/message-repository.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { ApiLogger } from '../shared/api-event.ts';

export interface QueueMessageParts {
  readonly messages: Pick<MessageRepository, 'create' | 'failQueued'>;
  readonly sendCommand: SendCommand;
  readonly logger: Pick<ApiLogger, 'error' | 'warn'>;
  readonly now: () => number;
}

/** `failureReason` of a message that no connector will ever see. */
const neverQueued = 'queue_unavailable';

/**
 * Writes a message's row and queues the command to send it. Repeatable under one id: gives back the row of an earlier attempt, if
 * there was one. Throws `SERVICE_UNAVAILABLE` when the queue does not answer.
 */
export async function queueMessage(
  message: Message,
  { shard, requestId }: { readonly shard: number; readonly requestId: string },
  parts: QueueMessageParts,
): Promise<Message | undefined> {
  const earlier = await parts.messages.create(message);
  await queue(earlier ?? message, shard, requestId, parts);
  return earlier;
}

/**
 * Queues the command of a message, unless an earlier attempt's has come further already. A send to the queue that failed may have
 * arrived all the same. The row decides: once it says `failed`, a connector does not send it; if a connector was faster, the
 * message is on its way and the answer is the usual one.
 */
async function queue(
  message: Message,
  shard: number,
  requestId: string,
  { sendCommand, messages, logger, now }: QueueMessageParts,
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
