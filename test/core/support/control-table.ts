import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableIndexes, timeToLiveAttribute } from '../../../core/storage/table-keys.ts';
import { startDynamodb } from '../../../local/engines/dynamodb/index.ts';

export interface ControlTable {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  stop(): Promise<void>;
}

/** A control table of its own on the real engine, in memory. */
export async function startControlTable(): Promise<ControlTable> {
  // Tests have clocks of their own: by the real one their rows may have expired long ago.
  const engine = await startDynamodb({ sweepSeconds: 0 });
  const tableName = 'control';
  const { byShard } = tableIndexes;
  await engine.createTable({
    TableName: tableName,
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: ['pk', 'sk', byShard.partitionKey, byShard.sortKey].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: byShard.name,
        KeySchema: [
          { AttributeName: byShard.partitionKey, KeyType: 'HASH' },
          { AttributeName: byShard.sortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
  });
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    dynamodb: DynamoDBDocumentClient.from(client),
    tableName,
    stop: async () => {
      client.destroy();
      await engine.stop();
    },
  };
}
