import type { Session } from './session.ts';
import type { SessionStatus } from './session-status.ts';

/** Statuses that a connector leaves only when the tenant asks for it. */
const waitsForPerson: ReadonlySet<SessionStatus> = new Set([
  'stopped',
  'qr_expired',
  'passkey_required',
  'logged_out',
  'conflict',
  'failed',
]);

/** Whether the tenant asked for a connection after the session came to rest, and the connector has not acted on it yet. */
export function startIsPending({ desired, desiredRev, handledRev, status }: Session): boolean {
  return desired === 'connected' && waitsForPerson.has(status) && handledRev !== desiredRev;
}

/** Whether a code may still come without anybody doing anything. */
export function codeMayCome(session: Session): boolean {
  return ['starting', 'scan_qr', 'connecting'].includes(session.status) || startIsPending(session);
}

/** Whether a WhatsApp account is linked, so that a new code would have nothing to link. The number goes when the link does. */
export function isLinked({ status, phone }: Session): boolean {
  return phone !== undefined || ['connected', 'reconnecting', 'restricted'].includes(status);
}

/** Whether a message that is queued now can be expected to leave by itself. */
export function canQueueMessages(session: Session): boolean {
  return ['starting', 'connecting', 'connected', 'reconnecting'].includes(session.status) || startIsPending(session);
}
