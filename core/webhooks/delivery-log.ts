import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Page, queryPage } from '../storage/query-page.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableIndexes, tableKeys, timeToLiveAttribute } from '../storage/table-keys.ts';
import type { Delivery, DeliveryAttempt } from './delivery.ts';

export interface DeliveryFilter {
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
  readonly states?: readonly string[];
  /** A name or a family such as `message.*`; `*` is every event. */
  readonly type?: string | undefined;
  /** ISO 8601 in UTC. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly newestFirst: boolean;
}

/** What became of events, as the tenant reads it. Rows that have expired are not shown although they may still be there. */
export interface DeliveryLog {
  list(tenantId: string, webhookId: string, filter: DeliveryFilter): Promise<DeliveryPage>;
  find(tenantId: string, webhookId: string, deliveryId: string): Promise<Delivery | undefined>;
  attempts(
    tenantId: string,
    deliveryId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<Page<DeliveryAttempt>>;
}

export interface DeliveryPage extends Page<Delivery> {
  /** Rows looked at, those that the filter threw away included. */
  readonly scanned: number;
}

/** A filter may throw away whole pages; a list of mostly filtered rows then gives short pages rather than a slow answer. */
const queriesMax = 10;
const rowsPerQuery = 250;

/** @example await createDeliveryLog({ dynamodb, tableName }).list(tenantId, webhookId, { limit: 25, newestFirst: true }) */
export function createDeliveryLog(table: Table, now: () => number = Date.now): DeliveryLog {
  const isLive = (row: { readonly expiresAtSeconds: number }) => row.expiresAtSeconds > now() / 1_000;
  return {
    list: (tenantId, webhookId, filter) => listDeliveries(table, { tenantId, webhookId, filter, nowMs: now() }),
    find: async (tenantId, webhookId, deliveryId) => {
      const row = await readItem<Delivery>(table, tableKeys.delivery(tenantId, deliveryId));
      return row?.webhookId === webhookId && isLive(row) ? row : undefined;
    },
    attempts: (tenantId, deliveryId, { limit, after }) => {
      const { pk, sk } = tableKeys.attempt(tenantId, deliveryId, 0);
      return queryPage<DeliveryAttempt>({
        ...table,
        key: { pk, sk: sk.slice(0, sk.indexOf('#') + 1) },
        limit,
        newestFirst: false,
        filter: notExpired(now()),
        ...(after !== undefined && { after }),
      });
    },
  };
}

interface ListRequest {
  readonly tenantId: string;
  readonly webhookId: string;
  readonly filter: DeliveryFilter;
  readonly nowMs: number;
}

async function listDeliveries(table: Table, request: ListRequest): Promise<DeliveryPage> {
  const { limit, since, until } = request.filter;
  // DynamoDB refuses a range whose ends are the wrong way round.
  if (since !== undefined && until !== undefined && since > until) return { items: [], scanned: 0 };
  const found: Delivery[] = [];
  let scanned = 0;
  let from = startKey(request);
  for (let asked = 0; asked < queriesMax; asked++) {
    const answer = await table.dynamodb.send(pageCommand(table.tableName, request, from));
    found.push(...((answer.Items ?? []) as Delivery[]));
    scanned += answer.ScannedCount ?? 0;
    from = answer.LastEvaluatedKey;
    if (found.length > limit || from === undefined) break;
  }
  const items = found.slice(0, limit);
  const last = found.length > limit ? found[limit - 1] : from;
  return { items, scanned, ...(last !== undefined && { next: String((last as Record<string, unknown>).webhookSk) }) };
}

function pageCommand(tableName: string, request: ListRequest, from: Record<string, unknown> | undefined): QueryCommand {
  const { tenantId, webhookId, filter, nowMs } = request;
  const { webhookPk } = tableIndexes.byWebhook.keys(tenantId, webhookId, '', '');
  const { expression, names, values } = filterOf(filter, nowMs);
  return new QueryCommand({
    TableName: tableName,
    IndexName: tableIndexes.byWebhook.name,
    KeyConditionExpression: 'webhookPk = :pk AND webhookSk BETWEEN :since AND :until',
    FilterExpression: expression,
    ExpressionAttributeNames: names,
    // `~` sorts after every character of a moment and an id.
    ExpressionAttributeValues: {
      ':pk': webhookPk,
      ':since': filter.since ?? '0',
      ':until': `${filter.until ?? ''}~`,
      ...values,
    },
    Limit: Math.min(rowsPerQuery, filter.limit + 1),
    ScanIndexForward: !filter.newestFirst,
    ExclusiveStartKey: from,
  });
}

function filterOf({ states, type = '*' }: DeliveryFilter, nowMs: number) {
  const family = type.endsWith('.*') ? type.slice(0, -1) : undefined;
  const isName = type !== '*' && family === undefined;
  const { expression, names, values } = notExpired(nowMs);
  const inStates = states?.map((_, index) => `:state${index}`).join(', ');
  return {
    expression: [
      expression,
      ...(inStates === undefined ? [] : [`#state IN (${inStates})`]),
      ...(isName ? ['eventType = :type'] : []),
      ...(family === undefined ? [] : ['begins_with(eventType, :type)']),
    ].join(' AND '),
    names: { ...names, ...(inStates !== undefined && { '#state': 'state' }) },
    values: {
      ...values,
      ...Object.fromEntries((states ?? []).map((state, index) => [`:state${index}`, state])),
      ...(type !== '*' && { ':type': family ?? type }),
    },
  };
}

function notExpired(nowMs: number) {
  return {
    expression: '#expires > :now',
    names: { '#expires': timeToLiveAttribute },
    values: { ':now': Math.floor(nowMs / 1_000) },
  };
}

/** The key of the row that a position names: its sort key in the index holds the id. */
function startKey({ tenantId, webhookId, filter }: ListRequest): Record<string, unknown> | undefined {
  if (filter.after === undefined) return undefined;
  const deliveryId = filter.after.slice(filter.after.lastIndexOf('#') + 1);
  const { webhookPk } = tableIndexes.byWebhook.keys(tenantId, webhookId, '', '');
  return { ...tableKeys.delivery(tenantId, deliveryId), webhookPk, webhookSk: filter.after };
}
