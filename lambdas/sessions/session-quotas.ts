import { quotaEvents, readSlot, type Slot } from '../../core/quotas/index.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { CreateSessionRequest } from './create-session.ts';
import type { SessionParts } from './session-parts.ts';

export function sessionSlot(tableName: string, tenantId: string): Slot {
  return { tableName, tenantId, quota: 'sessions' };
}

export function webhookSlot(tableName: string, { tenantId, sessionId }: Session): Slot {
  return { tableName, tenantId, quota: { webhooksOf: sessionId } };
}

/**
 * Reads how many sessions an account has before one is made; `tell` reads again and publishes the quota events of the levels that were
 * passed in between. An event that is lost is only a warning that comes too late, so that no request fails for it.
 *
 * @example const quota = await watchSessionQuota(request, parts); … await quota.tell(session);
 */
export async function watchSessionQuota(
  { tenantId, plan, requestId }: Pick<CreateSessionRequest, 'tenantId' | 'plan' | 'requestId'>,
  { control, publish, now, logger }: Pick<SessionParts, 'control' | 'publish' | 'now' | 'logger'>,
): Promise<{ tell(session: Session): Promise<void> }> {
  const slot = sessionSlot(control.tableName, tenantId);
  const { used: before } = await readSlot(control.dynamodb, slot, plan.sessions);
  return {
    tell: async ({ sessionId, metadata }) => {
      try {
        const state = await readSlot(control.dynamodb, slot, plan.sessions);
        const events = quotaEvents({ tenantId, sessionId, metadata, before, state, atMs: now(), requestId });
        await Promise.all(events.map(publish));
      } catch (error) {
        logger.warn('quota event not published', { err: error, requestId, tenantId });
      }
    },
  };
}
