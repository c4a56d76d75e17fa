import { newId } from '../../core/ids.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { SessionParts } from './session-parts.ts';

/**
 * Tells the connector of a session to look at its row again. The row is the intent and connectors also look by themselves, so a
 * command that cannot be sent only makes it slower; it is logged and the request goes on.
 */
export async function askToReconcile(
  { tenantId, sessionId, shard }: Pick<Session, 'tenantId' | 'sessionId' | 'shard'>,
  requestId: string,
  { sendCommand, logger }: Pick<SessionParts, 'sendCommand' | 'logger'>,
): Promise<void> {
  try {
    await sendCommand(shard, {
      version: 1,
      kind: 'session.reconcile',
      commandId: newId('cmd'),
      tenantId,
      sessionId,
      requestId,
    });
  } catch (error) {
    logger.warn('reconcile command not sent', { err: error, requestId, tenantId, sessionId, shard });
  }
}
