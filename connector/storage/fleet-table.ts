import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { deadline } from './deadline.ts';

export interface FleetTable {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** Looks and moves are repeated every second: one that hangs must not hold up the next for long. */
const fleetCallMs = 1_500;

/** Options for a call to the fleet table. */
export const fleetDeadline = () => deadline(fleetCallMs);

const keyNames = ['pk', 'sk'];

/** All rows of one partition, by consistent reads. */
export async function readAll<Row>({ dynamodb, tableName }: FleetTable, pk: string): Promise<Row[]> {
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
      fleetDeadline(),
    );
    for (const item of page.Items ?? []) rows.push(withoutKeys<Row>(item));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return rows;
}

/** An item as its row type has it. */
export function withoutKeys<Row>(item: Record<string, unknown>): Row {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !keyNames.includes(name))) as Row;
}
