import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './table.ts';

/**
 * All items of one partition, or those from one sort key on, in the order of their sort keys and by consistent reads; for partitions that
 * are known to be small. `callOptions` makes the options of each call, for a caller that bounds its calls more tightly than the client does.
 *
 * @example await queryAll<ShardRow>({ dynamodb, tableName }, 'SHARDS')
 */
export async function queryAll<Item>(
  { dynamodb, tableName }: Table,
  pk: string,
  {
    from,
    callOptions,
  }: { readonly from?: string; readonly callOptions?: () => { readonly abortSignal: AbortSignal } } = {},
): Promise<Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: from === undefined ? 'pk = :pk' : 'pk = :pk AND sk >= :from',
        ExpressionAttributeValues: { ':pk': pk, ...(from === undefined ? {} : { ':from': from }) },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
      callOptions?.(),
    );
    items.push(...((page.Items ?? []) as Item[]));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}
