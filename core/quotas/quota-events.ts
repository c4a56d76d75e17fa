import type { EventEnvelope } from '../events/event.ts';
import { derivedId } from '../ids.ts';
import { utcDay } from '../utc-calendar.ts';
import { crossedLevels } from './crossed-levels.ts';
import type { QuotaState } from './quota.ts';

/**
 * The events of one use of a quota: `quota.warning` at 80 %, `quota.exceeded` at 100 %.
 *
 * Each is told once a day and quota. No row remembers that: the id is derived from tenant, quota, counter, level and day, and fan-out
 * drops an id that it has seen. So two requests that pass the level together, a refund followed by a second pass, and a crash between
 * counting and publishing all end in one event, provided that the caller publishes what it gets here.
 *
 * An event needs a session, whose sequence it takes: it is the one that caused it (the sender, the session just made, the owner of the
 * webhook). Its own webhooks and the account's hear of it. An account-wide webhook has no session, so its quota makes no event.
 */
export interface QuotaUse {
  readonly tenantId: string;
  /** The session that caused it. */
  readonly sessionId: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** The count before and after; a wider span than the caller's own use is fine, see above. */
  readonly before: number;
  readonly state: QuotaState;
  readonly atMs: number;
  readonly requestId?: string;
}

/** @example await Promise.all(quotaEvents({ tenantId, sessionId, metadata, before: 7, state, atMs }).map(publish)) */
export function quotaEvents(use: QuotaUse): readonly EventEnvelope[] {
  const { tenantId, sessionId, state } = use;
  const counter = state.quota === 'webhooks' ? sessionId : '';
  return crossedLevels({ before: use.before, after: state.used, limit: state.limit }).map((level) => ({
    version: 1,
    id: derivedId('evt', ['quota', tenantId, state.quota, counter, level, utcDay(use.atMs)]),
    type: `quota.${level}` as const,
    tenantId,
    sessionId,
    timestamp: new Date(use.atMs).toISOString(),
    metadata: use.metadata,
    data: { ...state },
    ...(use.requestId !== undefined && { requestId: use.requestId }),
  }));
}
