import { canQueueMessages } from '../../core/sessions/linking-progress.ts';
import type { Session } from '../../core/sessions/session.ts';
import { WharfError } from '../../core/wharf-error.ts';

/** Throws `SESSION_NOT_CONNECTED` when nothing that is queued now would leave by itself. */
export function requireSendable(session: Session): void {
  if (canQueueMessages(session)) return;
  throw new WharfError('SESSION_NOT_CONNECTED', {
    detail: `The session is ${session.status}; nothing can be sent until that changes.`,
    extra: { sessionStatus: session.status, ...(session.until === undefined ? {} : { until: session.until }) },
  });
}
