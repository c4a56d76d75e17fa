import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod/mini';
import type { Table } from '../../core/storage/table.ts';
import { endpointDay, tableIndexes } from '../../core/storage/table-keys.ts';
import { utcDay } from '../../core/utc-calendar.ts';
import type { DeliveryAttempt } from '../../core/webhooks/delivery.ts';
import type { webhookStats } from './schemas.ts';

type Stats = z.output<typeof webhookStats>;
type Seen = Pick<DeliveryAttempt, 'outcome' | 'durationMs' | 'startedAt'>;

const windowMs = 24 * 60 * 60 * 1_000;
/** Enough for honest percentiles, and for a receiver of five events a minute all of its day; more would be a bill for nothing. */
const attemptsMax = 8_000;
const rowsPerQuery = 1_000;

/**
 * How the attempts of the last 24 hours went, from the newest on. Reads at most 8,000 of them, a few small rows of the index by day.
 *
 * @example (await readStats(table, { tenantId, webhookId, nowMs: Date.now() })).successRate // 0.998
 */
export async function readStats(
  table: Table,
  { tenantId, webhookId, nowMs }: { readonly tenantId: string; readonly webhookId: string; readonly nowMs: number },
): Promise<Stats> {
  const since = new Date(nowMs - windowMs).toISOString();
  const seen: Seen[] = [];
  let isComplete = true;
  for (const day of [utcDay(nowMs), utcDay(nowMs - windowMs)]) {
    let from: Record<string, unknown> | undefined;
    do {
      const page = await table.dynamodb.send(
        new QueryCommand({
          TableName: table.tableName,
          IndexName: tableIndexes.byEndpoint.name,
          KeyConditionExpression: 'endpointPk = :day AND endpointSk >= :since',
          ExpressionAttributeValues: { ':day': endpointDay(tenantId, webhookId, day), ':since': since },
          ScanIndexForward: false,
          Limit: rowsPerQuery,
          ExclusiveStartKey: from,
        }),
      );
      seen.push(...((page.Items ?? []) as Seen[]));
      from = page.LastEvaluatedKey;
    } while (from !== undefined && seen.length < attemptsMax);
    if (from !== undefined) isComplete = false;
    if (!isComplete) break;
  }
  const oldest = seen.at(-1)?.startedAt;
  return {
    ...summarize(seen),
    since: isComplete || oldest === undefined ? since : oldest,
    until: new Date(nowMs).toISOString(),
    isComplete,
  };
}

/** @example summarize([{ outcome: '2xx', durationMs: 12, startedAt: '…' }]).p50Ms // 12 */
export function summarize(seen: readonly Seen[]): Omit<Stats, 'since' | 'until' | 'isComplete'> {
  const outcomes = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, 'no-answer': 0 };
  for (const { outcome } of seen) outcomes[outcome] += 1;
  const durations = seen.map(({ durationMs }) => durationMs).sort((one, other) => one - other);
  const attempts = seen.length;
  return {
    attempts,
    succeeded: outcomes['2xx'],
    successRate: attempts === 0 ? null : Math.round((outcomes['2xx'] / attempts) * 10_000) / 10_000,
    p50Ms: percentile(durations, 0.5),
    p95Ms: percentile(durations, 0.95),
    outcomes,
  };
}

/** The nearest rank. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
