import { startIsPending } from '../../core/sessions/linking-progress.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { SessionStatus } from '../../core/sessions/session-status.ts';
import { askToReconcile } from './ask-to-reconcile.ts';
import { existing, requireSession, type SessionPlace } from './require-session.ts';
import type { SessionParts } from './session-parts.ts';

/** What a tenant can ask for, and what to write for it. */
export type Verb = 'start' | 'stop' | 'restart' | 'logout';

const desiredOf = { start: 'connected', restart: 'connected', stop: 'stopped', logout: 'logged_out' } as const;

/** Statuses of a session that is connected or on its way. */
export const alive: ReadonlySet<SessionStatus> = new Set([
  'starting',
  'scan_qr',
  'connecting',
  'connected',
  'reconnecting',
]);

/**
 * Writes what the tenant wants and asks the connector to look. Repeating a verb changes nothing, apart from `restart`, which is meant
 * to. Throws `NOT_FOUND`.
 */
export async function setDesired(
  verb: Verb,
  request: SessionPlace & { readonly requestId: string },
  parts: Pick<SessionParts, 'sessions' | 'sendCommand' | 'wakeFleet' | 'logger'>,
): Promise<Session> {
  const { tenantId, sessionId, requestId } = request;
  const before = await requireSession(request, parts);
  const session = isWanted(verb, before)
    ? before
    : existing(await parts.sessions.setDesired(tenantId, sessionId, desiredOf[verb]));
  await askToReconcile(session, requestId, parts);
  return session;
}

/** Whether the row says already what the verb asks for. A session that came to rest needs a new wish to be started. */
function isWanted(verb: Verb, session: Session): boolean {
  if (verb === 'restart' || session.desired !== desiredOf[verb]) return false;
  return verb !== 'start' || alive.has(session.status) || startIsPending(session);
}
