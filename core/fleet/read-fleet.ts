import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { ScalerRow, ShardRow, WorkerRow } from './fleet-rows.ts';

/** Every worker that the table names, the dead among them. */
export function readWorkers(fleet: Table): Promise<WorkerRow[]> {
  return readAll(fleet, tableKeys.worker('').pk);
}

/** Every shard that ever had an owner. */
export function readShards(fleet: Table): Promise<ShardRow[]> {
  return readAll(fleet, tableKeys.shard(0).pk);
}

/** What the scaler remembered at its last run. */
export function readScaler(fleet: Table): Promise<ScalerRow | undefined> {
  return readItem(fleet, tableKeys.scaler());
}

async function readAll<Row>({ dynamodb, tableName }: Table, pk: string): Promise<Row[]> {
  const rows: Row[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    rows.push(...((page.Items ?? []) as Row[]));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return rows;
}
