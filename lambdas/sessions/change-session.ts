import type * as z from 'zod/mini';
import type { Session } from '../../core/sessions/session.ts';
import { askToReconcile } from './ask-to-reconcile.ts';
import { existing, requireSession, type SessionPlace } from './require-session.ts';
import type { changeSessionBody } from './schemas.ts';
import type { SessionParts } from './session-parts.ts';
import { alive } from './set-desired.ts';
import { storeSettings } from './store-settings.ts';

/**
 * Changes what is named. Settings are replaced as a whole; another proxy makes a session that is connected, or on its way, connect anew.
 * Throws `NOT_FOUND`, and `VALIDATION_FAILED` for a proxy that is not allowed.
 */
export async function changeSession(
  request: SessionPlace & { readonly requestId: string; readonly change: z.output<typeof changeSessionBody> },
  parts: Omit<SessionParts, 'sleep'>,
): Promise<Session> {
  const { tenantId, sessionId, requestId } = request;
  const { settings: wanted, ...rest } = request.change;
  let session: Session;
  if (wanted === undefined) {
    session = existing(await parts.sessions.update(tenantId, sessionId, rest));
  } else {
    const before = await requireSession(request, parts);
    const { settings, sealedProxyUrl } = await storeSettings({ ...request, wanted, before }, parts);
    const change = { ...rest, settings, sealedProxyUrl: sealedProxyUrl ?? null };
    session = existing(await parts.sessions.update(tenantId, sessionId, change));
    const isOtherProxy = sealedProxyUrl !== before.sealedProxyUrl;
    if (isOtherProxy && session.desired === 'connected' && alive.has(session.status)) {
      session = existing(await parts.sessions.setDesired(tenantId, sessionId, 'connected'));
    }
  }
  // The connector holds a copy of the row, metadata and settings included.
  await askToReconcile(session, requestId, parts);
  return session;
}
