import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableIndexes } from '../../../core/storage/table-keys.ts';
import { startDynamodb } from '../../../local/engines/dynamodb/index.ts';

const names = { control: 'test-control', keys: 'test-keys', messages: 'test-messages', fleet: 'test-fleet' };

/** The tables of the connector in a real engine in memory. */
export async function startTestTables() {
  // Tests have clocks of their own: by the real one their rows may have expired long ago.
  const engine = await startDynamodb({ sweepSeconds: 0 });
  const { byShard } = tableIndexes;
  for (const TableName of Object.values(names)) {
    const index = TableName === names.control;
    await engine.createTable({
      TableName,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk', ...(index ? [byShard.partitionKey, byShard.sortKey] : [])].map((name) => ({
        AttributeName: name,
        AttributeType: 'S',
      })),
      ...(index
        ? {
            GlobalSecondaryIndexes: [
              {
                IndexName: byShard.name,
                KeySchema: [
                  { AttributeName: byShard.partitionKey, KeyType: 'HASH' as const },
                  { AttributeName: byShard.sortKey, KeyType: 'RANGE' as const },
                ],
                Projection: { ProjectionType: 'KEYS_ONLY' },
              },
            ],
          }
        : {}),
    });
  }
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const dynamodb = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    dynamodb,
    names,
    endpoint: engine.endpoint,
    stop: async () => {
      client.destroy();
      await engine.stop();
    },
  };
}

export type TestTables = Awaited<ReturnType<typeof startTestTables>>;
