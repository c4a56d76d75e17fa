import { type CallDynamodb, DynamodbCallError } from './call-dynamodb.ts';
import type { KnownTable } from './table-registry.ts';

/** Items older than this are left alone, as in DynamoDB, which takes such a value for a mistake: five years. */
const expiredSecondsMax = 5 * 365 * 24 * 60 * 60;

/** The engine does nothing else while it reads a page: of 100 rows some milliseconds. */
const pageItems = 100;

type Item = Readonly<Record<string, unknown>>;

/**
 * Deletes the items of one table whose time-to-live has passed, since no local engine does it reliably. An item whose value changed between the
 * scan and the delete stays. `rest` is awaited after each page, with the milliseconds that the page took. Resolves to how many were deleted.
 *
 * @example await sweepTable(call, table, Math.floor(Date.now() / 1000))
 */
export async function sweepTable(
  call: CallDynamodb,
  table: KnownTable,
  nowSeconds: number,
  rest: (tookMs: number) => Promise<void>,
): Promise<number> {
  const attribute = table.timeToLiveAttribute;
  if (attribute === undefined) return 0;
  let deleted = 0;
  let startKey: unknown;
  do {
    const startedMs = performance.now();
    const page = await call('Scan', scanInput(table, attribute, nowSeconds, startKey));
    for (const item of (page.Items ?? []) as Item[]) {
      if (await deleteUnchanged(call, table, attribute, item)) deleted += 1;
    }
    startKey = page.LastEvaluatedKey;
    if (startKey !== undefined) await rest(performance.now() - startedMs);
  } while (startKey !== undefined);
  return deleted;
}

function scanInput(table: KnownTable, attribute: string, nowSeconds: number, startKey: unknown): object {
  const keys = [table.partitionKey, table.sortKey].filter((key) => key !== undefined);
  return {
    TableName: table.name,
    Limit: pageItems,
    // A value of another type than number never expires; the comparison with a number leaves it out.
    FilterExpression: '#ttl <= :now AND #ttl > :tooOld',
    ProjectionExpression: ['#ttl', ...keys.map((_, index) => `#key${index}`)].join(', '),
    ExpressionAttributeNames: {
      '#ttl': attribute,
      ...Object.fromEntries(keys.map((key, index) => [`#key${index}`, key])),
    },
    ExpressionAttributeValues: {
      ':now': { N: String(nowSeconds) },
      ':tooOld': { N: String(nowSeconds - expiredSecondsMax) },
    },
    ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
  };
}

async function deleteUnchanged(call: CallDynamodb, table: KnownTable, attribute: string, item: Item): Promise<boolean> {
  const keys = [table.partitionKey, table.sortKey].filter((key) => key !== undefined);
  try {
    await call('DeleteItem', {
      TableName: table.name,
      Key: Object.fromEntries(keys.map((key) => [key, item[key]])),
      ConditionExpression: '#ttl = :seen',
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: { ':seen': item[attribute] },
    });
    return true;
  } catch (error) {
    if (error instanceof DynamodbCallError && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
