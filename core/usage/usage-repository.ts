import { type DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tableKeys } from '../storage/table-keys.ts';
import type { SessionUsage, UsageOfPeriod } from './usage.ts';
import { monthsOf, periodsOf, sumUsage, type UsageRange } from './usage-periods.ts';
import { parseUsageRow, type UsageToCount, usageUpdate } from './usage-row.ts';

export interface UsageRepository {
  /** Counts by one atomic update. A repeat counts again: where events repeat, use `usageUpdate` inside a transaction. */
  count(use: UsageToCount): Promise<void>;
  /** The account, or one session of it. Undefined when the range is malformed or too long. */
  read(tenantId: string, range: UsageRange, sessionId?: string): Promise<readonly UsageOfPeriod[] | undefined>;
  /** The sessions of a month, by session id: also those that are deleted by now. */
  listSessions(tenantId: string, month: string, page: UsagePageRequest): Promise<UsagePage>;
}

export interface UsagePageRequest {
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface UsagePage {
  readonly items: readonly SessionUsage[];
  /** Absent on the last page. */
  readonly next?: string;
}

export interface UsageRepositoryOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `control` table. */
  readonly tableName: string;
}

/** @example const days = await createUsageRepository({ dynamodb, tableName }).read(tenantId, { by: 'day', from, to }) */
export function createUsageRepository(options: UsageRepositoryOptions): UsageRepository {
  return {
    count: async (use) => {
      await options.dynamodb.send(new UpdateCommand(usageUpdate(options.tableName, use)));
    },
    read: async (tenantId, range, sessionId) => {
      const periods = periodsOf(range);
      if (periods === undefined) return undefined;
      const readMonth = (month: string) =>
        sessionId === undefined
          ? readMonthOfAccount(options, tenantId, month)
          : readMonthOfSession(options, { tenantId, month, sessionId });
      return sumUsage(periods, (await Promise.all(monthsOf(periods).map(readMonth))).flat());
    },
    listSessions: (tenantId, month, page) => queryMonth(options, { tenantId, month, ...page }),
  };
}

/** A page of DynamoDB holds about 1,000 of these rows; the largest account that is foreseen has as many sessions in a month. */
const rowsPerQuery = 1_000;
const queriesMax = 100;

async function readMonthOfAccount(
  options: UsageRepositoryOptions,
  tenantId: string,
  month: string,
): Promise<readonly SessionUsage[]> {
  const rows: SessionUsage[] = [];
  let after: string | undefined;
  for (let asked = 0; asked < queriesMax; asked++) {
    const page = await queryMonth(options, {
      tenantId,
      month,
      limit: rowsPerQuery,
      ...(after !== undefined && { after }),
    });
    rows.push(...page.items);
    after = page.next;
    if (after === undefined) return rows;
  }
  throw new Error(`The month has more than ${rowsPerQuery * queriesMax} sessions.`);
}

async function readMonthOfSession(
  options: UsageRepositoryOptions,
  { tenantId, month, sessionId }: { readonly tenantId: string; readonly month: string; readonly sessionId: string },
): Promise<readonly SessionUsage[]> {
  const { Item } = await options.dynamodb.send(
    new GetCommand({ TableName: options.tableName, Key: tableKeys.usage(tenantId, month, sessionId) }),
  );
  return Item === undefined ? [] : [parseUsageRow(Item)];
}

async function queryMonth(
  options: UsageRepositoryOptions,
  query: UsagePageRequest & { readonly tenantId: string; readonly month: string },
): Promise<UsagePage> {
  const { tenantId, month, limit, after } = query;
  const { pk, sk } = tableKeys.usage(tenantId, month, '');
  const answer = await options.dynamodb.send(
    new QueryCommand({
      TableName: options.tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: tableKeys.usage(tenantId, month, after) }),
    }),
  );
  const items = (answer.Items ?? []).map(parseUsageRow);
  const last = items.at(-1);
  return answer.LastEvaluatedKey === undefined || last === undefined ? { items } : { items, next: last.sessionId };
}
