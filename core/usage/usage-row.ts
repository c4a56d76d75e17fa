import type { PlainItem } from '../storage/refused-item.ts';
import { tableKeys, timeToLiveAttribute } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import { endOfUtcMonthMs, utcDay, utcMonth } from '../utc-calendar.ts';
import { isActive, type SessionUsage, type UsageCounts } from './usage.ts';

/**
 * One row for each session and month. It holds the month's counts (`s`, `r`, `c` for sent, received, connections) and the same for each
 * day (`s22`, `r22`, `c22`): a full row stays under 1 kB, so that one count costs one write unit. The account's figures are the
 * sums of these rows and can never disagree with them, and no row of an account is written by all its sessions at once.
 */
const columns = { sent: 's', received: 'r', connections: 'c' } as const satisfies Record<keyof UsageCounts, string>;
const columnNames = Object.keys(columns) as (keyof UsageCounts)[];

/** 25 months after its own: this year's bill and the same month of the last two years can be looked up. */
const keptSeconds = 25 * 31 * 24 * 60 * 60;

export interface UsageToCount {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly counts: Partial<UsageCounts>;
  /** When it is counted, which is not when it happened: a month that is over does not change any more. */
  readonly atMs: number;
}

/**
 * The one update that counts for day and month, session and account; alone or as part of a transaction.
 *
 * @example await runTransaction(dynamodb, [...recordItems, { Update: usageUpdate(controlTable, use) }]);
 */
export function usageUpdate(tableName: string, use: UsageToCount): NonNullable<TransactItem['Update']> {
  const day = utcDay(use.atMs).slice(8);
  const counted = columnNames.filter((name) => (use.counts[name] ?? 0) > 0);
  if (counted.length === 0) throw new RangeError('There is nothing to count.');
  const month = utcMonth(use.atMs);
  return {
    TableName: tableName,
    Key: tableKeys.usage(use.tenantId, month, use.sessionId),
    UpdateExpression: `SET #expires = :expires ADD ${counted
      .map((name) => `${columns[name]} :${name}, ${columns[name]}${day} :${name}`)
      .join(', ')}`,
    ExpressionAttributeNames: { '#expires': timeToLiveAttribute },
    ExpressionAttributeValues: {
      ':expires': endOfUtcMonthMs(month) / 1_000 + keptSeconds,
      ...Object.fromEntries(counted.map((name) => [`:${name}`, use.counts[name]])),
    },
  };
}

/** A stored row as what it says. */
export function parseUsageRow(row: PlainItem): SessionUsage {
  const [, month = '', sessionId = ''] = String(row.sk).split('#');
  const days = Array.from({ length: 31 }, (_, index) => String(index + 1).padStart(2, '0'))
    .map((day) => ({ day: `${month}-${day}`, ...countsOf(row, day) }))
    .filter(isActive);
  return { sessionId, month, ...countsOf(row, ''), days };
}

function countsOf(row: PlainItem, suffix: string): UsageCounts {
  const read = (name: keyof UsageCounts): number => {
    const value = row[`${columns[name]}${suffix}`];
    return typeof value === 'number' ? value : 0;
  };
  return { sent: read('sent'), received: read('received'), connections: read('connections') };
}
