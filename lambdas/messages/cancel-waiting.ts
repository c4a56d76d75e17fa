import type { Message } from '../../core/messages/message.ts';
import type { QueueMessageParts } from './queue-message.ts';

/** `failureReason` of a message that was taken back before it left. */
const cancelled = 'cancelled';

/**
 * Ends a message that waits, before it leaves. The command has the connector tell it and strike it off its list. False when it does not wait
 * (any more): a connector may have it in its hands.
 */
export async function cancelWaiting(
  message: Message,
  { shard, requestId, commandId }: { readonly shard: number; readonly requestId: string; readonly commandId: string },
  { messages, sendCommand, logger, now }: QueueMessageParts,
): Promise<boolean> {
  const { tenantId, sessionId, messageId, status, waitingFor } = message;
  if (status !== 'queued' || waitingFor === undefined) return false;
  if (!(await messages.failQueued(message, cancelled, new Date(now()).toISOString()))) return false;
  const names = { tenantId, sessionId, messageId, requestId, commandId };
  // Should it be lost, the connector finds out when the message would have left.
  await sendCommand(shard, { version: 1, kind: 'message.send', ...names }).catch((error: unknown) =>
    logger.warn('command to cancel not sent', { err: error, ...names }),
  );
  return true;
}
