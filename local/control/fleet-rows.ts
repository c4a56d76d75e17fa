import type { WorkerRow } from '../../core/fleet/fleet-rows.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { createDynamodbCaller } from '../engines/dynamodb/call-dynamodb.ts';

type AttributeValue = Readonly<Record<string, unknown>>;

/**
 * Reads the workers' rows of the fleet table.
 *
 * @example const readWorkers = fleetReader('http://127.0.0.1:41234', 'wharf-fleet'); await readWorkers();
 */
export function fleetReader(dynamodbEndpoint: string, tableName: string): () => Promise<readonly WorkerRow[]> {
  const call = createDynamodbCaller(dynamodbEndpoint);
  const { pk } = tableKeys.worker('');
  return async () => {
    const { Items = [] } = await call('Query', {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    });
    return (Items as readonly Readonly<Record<string, AttributeValue>>[]).map(workerRow);
  };
}

function workerRow(item: Readonly<Record<string, AttributeValue>>): WorkerRow {
  const entries = Object.entries(item).map(([name, value]) => [name, plain(value)]);
  return Object.fromEntries(entries) as WorkerRow;
}

/** A worker's row has texts, numbers and booleans only. */
function plain(value: AttributeValue): unknown {
  if ('N' in value) return Number(value.N);
  return value.S ?? value.BOOL;
}
