import type * as z from 'zod/mini';
import type { Principal } from '../../core/accounts/principal.ts';
import type { MessageQuota } from '../../core/quotas/message-quota.ts';
import { readSlot } from '../../core/quotas/slot-quota.ts';
import type { Table } from '../../core/storage/table.ts';
import type { UsageRepository } from '../../core/usage/usage-repository.ts';
import { utcDay, utcMonth } from '../../core/utc-calendar.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { presentQuota } from './present.ts';
import { longestRange, type usage, type usageQuery } from './schemas.ts';

export interface ReadUsageParts {
  readonly control: Table;
  readonly usage: Pick<UsageRepository, 'read'>;
  readonly messageQuota: Pick<MessageQuota, 'read'>;
  readonly now: () => number;
}

/** What an account used, and how full its quotas are. Throws `VALIDATION_FAILED` for a range that is malformed or too long. */
export async function readUsage(
  { tenantId, plan }: Pick<Principal, 'tenantId' | 'plan'>,
  query: z.output<typeof usageQuery>,
  parts: ReadUsageParts,
): Promise<z.output<typeof usage>> {
  const { by, sessionId } = query;
  const { tableName, dynamodb } = parts.control;
  const range = { by, ...rangeOf(query, parts.now()) };
  const [periods, sessions, messages] = await Promise.all([
    parts.usage.read(tenantId, range, sessionId),
    readSlot(dynamodb, { tableName, tenantId, quota: 'sessions' }, plan.sessions),
    parts.messageQuota.read(tenantId, plan.messagesPerDay),
  ]);
  if (periods === undefined) {
    const message = `A range is of ${by}s, in order, and at most ${longestRange[by]} long.`;
    throw new WharfError('VALIDATION_FAILED', { detail: message, errors: [{ pointer: '/from', message }] });
  }
  const quotas = { sessions: presentQuota(sessions), messages: presentQuota(messages) };
  return { plan: plan.name, quotas, by, periods: [...periods] };
}

/** What is not said is this month up to today, or the twelve months up to this one. */
function rangeOf({ by, from, to }: z.output<typeof usageQuery>, nowMs: number): { from: string; to: string } {
  const month = utcMonth(nowMs);
  const monthAYearAgo = `${Number(month.slice(0, 4)) - 1}${month.slice(4)}`;
  const aYearAgo = utcMonth(Date.parse(`${monthAYearAgo}-01`) + 31 * 86_400_000);
  const last = by === 'day' ? utcDay(nowMs) : month;
  return { from: from ?? (by === 'day' ? `${month}-01` : aYearAgo), to: to ?? last };
}
