import { newId } from '../../core/ids.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { SessionParts } from './session-parts.ts';

/**
 * Tells the connector of a session to look at its row again, and has one started when none runs; answers whether that was so. The
 * row is the intent and connectors and scaler also look by themselves, so what cannot be sent only makes it slower; it is
 * logged and the request goes on.
 */
export async function askToReconcile(
  { tenantId, sessionId, shard }: Pick<Session, 'tenantId' | 'sessionId' | 'shard'>,
  requestId: string,
  { sendCommand, wakeFleet, logger }: Pick<SessionParts, 'sendCommand' | 'wakeFleet' | 'logger'>,
): Promise<{ readonly wasAsleep: boolean }> {
  const place = { requestId, tenantId, sessionId, shard };
  const command = sendCommand(shard, {
    version: 1,
    kind: 'session.reconcile',
    commandId: newId('cmd'),
    tenantId,
    sessionId,
    requestId,
  }).catch((error: unknown) => logger.warn('reconcile command not sent', { err: error, ...place }));
  const waking = wakeFleet().catch((error: unknown) => {
    logger.warn('fleet not woken', { err: error, ...place });
    return false;
  });
  const [wasAsleep] = await Promise.all([waking, command]);
  return { wasAsleep };
}
