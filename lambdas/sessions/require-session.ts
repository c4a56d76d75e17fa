import { notFound } from '../../core/http/not-found.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { SessionParts } from './session-parts.ts';

/** Where a session is: the tenant of the caller and the id of the path. */
export interface SessionPlace {
  readonly tenantId: string;
  readonly sessionId: string;
}

/** The session, or `NOT_FOUND`. */
export async function requireSession(
  { tenantId, sessionId }: SessionPlace,
  { sessions }: Pick<SessionParts, 'sessions'>,
): Promise<Session> {
  return existing(await sessions.find(tenantId, sessionId));
}

/** What a write of the repository gave back, or `NOT_FOUND` when the session has gone. */
export function existing(session: Session | undefined): Session {
  if (session === undefined) throw notFound('session');
  return session;
}
