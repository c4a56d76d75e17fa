import type { PublishEvent } from '../../core/events/publish-event.ts';
import type { Plan } from '../../core/plans/plan.ts';
import { type MessageQuota, quotaEvents, quotaExceeded } from '../../core/quotas/index.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { ApiLogger } from '../shared/api-event.ts';

export interface CountSendParts {
  readonly quota: Pick<MessageQuota, 'count' | 'refund'>;
  readonly publish: PublishEvent;
  readonly logger: Pick<ApiLogger, 'warn'>;
}

/** What became of a send: `kept` says whether it stays counted. */
export interface CountedSend<T> {
  readonly value: T;
  readonly kept: boolean;
}

/**
 * Counts one message of the day around the work that queues it, and takes the count back when nothing new was queued or the work
 * failed. A process that dies in between leaves one count too many. Throws `QUOTA_MESSAGES_EXCEEDED`, and what the work throws.
 */
export async function countSend<T>(
  { session, plan, requestId }: { readonly session: Session; readonly plan: Plan; readonly requestId: string },
  work: () => Promise<CountedSend<T>>,
  { quota, publish, logger }: CountSendParts,
): Promise<T> {
  const { tenantId, sessionId, metadata } = session;
  const counted = await quota.count(tenantId, plan.messagesPerDay);
  if (counted.kind === 'refused') throw quotaExceeded(counted.state);
  const refund = () =>
    quota.refund(counted).catch((error: unknown) => {
      // The day ends early by one message, which is less than a send that fails for it.
      logger.warn('message not given back to its quota', { err: error, requestId, tenantId });
    });
  const sent = await work().catch(async (error: unknown) => {
    await refund();
    throw error;
  });
  if (!sent.kept) await refund();
  const { before, state, atMs } = counted;
  const events = sent.kept ? quotaEvents({ tenantId, sessionId, metadata, before, state, atMs, requestId }) : [];
  await Promise.all(events.map(publish)).catch((error: unknown) => {
    logger.warn('quota event not published', { err: error, requestId, tenantId });
  });
  return sent.value;
}
