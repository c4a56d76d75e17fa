import type * as z from 'zod/mini';
import type { Session } from '../../core/sessions/session.ts';
import { presentAutoReply } from '../shared/auto-reply-schemas.ts';
import type { session, sessionStatus } from './schemas.ts';

/** What a session is doing, as answered. */
export function presentStatus(row: Session): z.output<typeof sessionStatus> {
  return {
    sessionId: row.sessionId,
    status: row.status,
    reason: row.statusReason ?? null,
    since: row.statusSince,
    until: row.until ?? null,
  };
}

/** ISO 8601 in UTC sorts as time does. */
function lastTrafficAt({ lastReceivedAt, lastSentAt, lastProbe }: Session): string | null {
  const probedAt = lastProbe?.answered === true ? lastProbe.at : undefined;
  return (
    [lastReceivedAt, lastSentAt, probedAt]
      .filter((at) => at !== undefined)
      .toSorted()
      .at(-1) ?? null
  );
}

/** A session as answered. */
export function presentSession(row: Session): z.output<typeof session> {
  return {
    ...presentStatus(row),
    name: row.name,
    desired: row.desired,
    phone: row.phone ?? null,
    lid: row.lid ?? null,
    pushName: row.pushName ?? null,
    metadata: row.metadata,
    settings: row.settings,
    autoReply: presentAutoReply(row.autoReply),
    owner: row.owner === undefined ? null : { workerId: row.owner.workerId, epoch: row.owner.epoch },
    statusHistory: row.statusHistory.map(({ status, reason, at }) => ({ status, reason: reason ?? null, at })),
    sending: row.sending ?? { restriction: null, waiting: 0 },
    lastReceivedAt: row.lastReceivedAt ?? null,
    lastSentAt: row.lastSentAt ?? null,
    lastTrafficAt: lastTrafficAt(row),
    lastProbe: row.lastProbe ?? null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
