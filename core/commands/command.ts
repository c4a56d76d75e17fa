/**
 * What the API asks of the connector that owns a session, on the FIFO queue of the session's shard: message group = `sessionId`,
 * deduplication id = `commandId`. A command carries names, not content: the message itself is in the messages table.
 */
export type Command =
  /** Look at the session row again. Losing one costs nothing; the owner also re-reads by itself. */
  | (CommandBase & { readonly kind: 'session.reconcile' })
  /** Send the queued message `messageId`; `commandId` is the message id. */
  | (CommandBase & { readonly kind: 'message.send'; readonly messageId: string })
  /** Tell the senders that these messages of a chat were read. */
  | (CommandBase & { readonly kind: 'chat.read'; readonly chatId: string; readonly messageIds: readonly string[] })
  /** Show the other side that somebody types or records, or stopped to. */
  | (CommandBase & {
      readonly kind: 'chat.presence';
      readonly chatId: string;
      readonly presence: 'typing' | 'recording' | 'paused';
    })
  /** Ask WhatsApp something and write the answer on the call's row; not begun after `deadlineAt` (ISO 8601), because nobody waits any more. */
  | (CommandBase & { readonly kind: 'call'; readonly callId: string; readonly deadlineAt: string });

interface CommandBase {
  readonly version: 1;
  readonly commandId: string;
  readonly tenantId: string;
  readonly sessionId: string;
  readonly requestId: string;
}
