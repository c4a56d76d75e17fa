/**
 * What the API asks of the connector that owns a session, on the FIFO queue of the session's shard: message group = `sessionId`,
 * deduplication id = `commandId`. A command carries names, not content: the message itself is in the messages table.
 */
export type Command =
  /** Look at the session row again. Losing one costs nothing; the owner also re-reads by itself. */
  | (CommandBase & { readonly kind: 'session.reconcile' })
  /** Send the queued message `messageId`; `commandId` is the message id. */
  | (CommandBase & { readonly kind: 'message.send'; readonly messageId: string });

interface CommandBase {
  readonly version: 1;
  readonly commandId: string;
  readonly tenantId: string;
  readonly sessionId: string;
  readonly requestId: string;
}
