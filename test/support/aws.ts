import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { environmentNames } from '../../core/environment.ts';
import { tableIndexes, timeToLiveAttribute } from '../../core/storage/table-keys.ts';
import { type DynamodbEngine, startDynamodb, type TableDefinition } from '../../local/engines/dynamodb/index.ts';
import { type KmsEngine, startKms } from '../../local/engines/secrets-kms/index.ts';
import { type SqsEngine, startSqs } from '../../local/engines/sqs/index.ts';

/** Names of the five tables; tests share no engine, so they need not differ. */
export const testTables = {
  control: 'wharf-test-control',
  keys: 'wharf-test-keys',
  messages: 'wharf-test-messages',
  deliveries: 'wharf-test-deliveries',
  fleet: 'wharf-test-fleet',
} as const;

export interface TestAws {
  readonly clients: {
    readonly dynamodb: DynamoDBClient;
    readonly document: DynamoDBDocumentClient;
    readonly sqs: SQSClient;
    readonly kms: KMSClient;
  };
  readonly engines: { readonly dynamodb: DynamodbEngine; readonly sqs: SqsEngine; readonly kms: KmsEngine };
  readonly tables: typeof testTables;
  readonly queues: {
    readonly eventsUrl: string;
    readonly deliveriesUrl: string;
    readonly slowDeliveriesUrl: string;
    /** Both lanes of deliveries. */
    readonly laneUrls: { readonly fast: string; readonly slow: string };
    readonly wakeUrl: string;
    readonly shardUrlPrefix: string;
    readonly shardUrls: readonly string[];
  };
  readonly sealingKeyId: string;
  /** What the stack would give a function: names, URLs, endpoints and credentials. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const clientConfiguration = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

/**
 * DynamoDB, SQS and KMS in memory on free loopback ports, with the tables and queues of the stack, and SDK clients for them.
 *
 * @example
 * const aws = await startTestAws({ shards: 2 });
 * await aws.clients.document.send(new PutCommand({ TableName: aws.tables.control, Item: … }));
 * await aws.stop();
 */
export async function startTestAws(options: { readonly shards?: number } = {}): Promise<TestAws> {
  const shards = options.shards ?? 1;
  const [dynamodb, sqs, kms] = await Promise.all([startDynamodb({ sweepSeconds: 0 }), startSqs(), startKms()]);
  await Promise.all(tableDefinitions().map((definition) => dynamodb.createTable(definition)));
  const queues = createQueues(sqs, shards);
  const { keyId } = kms.createKey('sealing');
  const clients = makeClients(dynamodb, sqs, kms);
  return {
    clients,
    engines: { dynamodb, sqs, kms },
    tables: testTables,
    queues,
    sealingKeyId: keyId,
    environment: {
      AWS_REGION: clientConfiguration.region,
      AWS_ACCESS_KEY_ID: clientConfiguration.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: clientConfiguration.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      AWS_ENDPOINT_URL_KMS: kms.endpoint,
      [environmentNames.controlTable]: testTables.control,
      [environmentNames.keysTable]: testTables.keys,
      [environmentNames.messagesTable]: testTables.messages,
      [environmentNames.deliveriesTable]: testTables.deliveries,
      [environmentNames.fleetTable]: testTables.fleet,
      [environmentNames.eventsQueueUrl]: queues.eventsUrl,
      [environmentNames.deliveriesQueueUrl]: queues.deliveriesUrl,
      [environmentNames.slowDeliveriesQueueUrl]: queues.slowDeliveriesUrl,
      [environmentNames.shardQueueUrlPrefix]: queues.shardUrlPrefix,
      [environmentNames.shardCount]: String(shards),
      [environmentNames.wakeQueueUrl]: queues.wakeUrl,
      [environmentNames.sealingKeyId]: keyId,
    },
    stop: async () => {
      for (const client of [clients.dynamodb, clients.sqs, clients.kms]) client.destroy();
      await Promise.all([dynamodb.stop(), sqs.stop(), kms.stop()]);
    },
  };
}

function makeClients(dynamodb: DynamodbEngine, sqs: SqsEngine, kms: KmsEngine): TestAws['clients'] {
  const dynamodbClient = new DynamoDBClient({ ...clientConfiguration, endpoint: dynamodb.endpoint });
  return {
    dynamodb: dynamodbClient,
    document: DynamoDBDocumentClient.from(dynamodbClient, { marshallOptions: { removeUndefinedValues: true } }),
    sqs: new SQSClient({ ...clientConfiguration, endpoint: sqs.endpoint }),
    kms: new KMSClient({ ...clientConfiguration, endpoint: kms.endpoint }),
  };
}

function createQueues(sqs: SqsEngine, shards: number): TestAws['queues'] {
  const shardUrls = Array.from({ length: shards }, (_, shard) => {
    sqs.createQueue(`wharf-test-shard-${shard}-dead.fifo`);
    return sqs.createQueue(
      `wharf-test-shard-${shard}.fifo`,
      withDeadLetters(sqs, `wharf-test-shard-${shard}-dead.fifo`),
    );
  });
  sqs.createQueue('wharf-test-events-dead.fifo');
  sqs.createQueue('wharf-test-deliveries-dead');
  const lane = (name: string) => sqs.createQueue(name, withDeadLetters(sqs, 'wharf-test-deliveries-dead'));
  const laneUrls = { fast: lane('wharf-test-deliveries'), slow: lane('wharf-test-deliveries-slow') };
  return {
    eventsUrl: sqs.createQueue('wharf-test-events.fifo', {
      ...withDeadLetters(sqs, 'wharf-test-events-dead.fifo'),
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    }),
    deliveriesUrl: laneUrls.fast,
    slowDeliveriesUrl: laneUrls.slow,
    laneUrls,
    wakeUrl: sqs.createQueue('wharf-test-wake', {}),
    shardUrlPrefix: sqs.queueUrl('wharf-test'),
    shardUrls,
  };
}

function withDeadLetters(sqs: SqsEngine, name: string): Record<string, unknown> {
  return { RedrivePolicy: { deadLetterTargetArn: sqs.queueArn(name), maxReceiveCount: 5 } };
}

/** As `lib` defines them, in CloudFormation's words. */
function tableDefinitions(): TableDefinition[] {
  return [
    tableDefinition(testTables.control, [tableIndexes.byShard, tableIndexes.byNeed]),
    tableDefinition(testTables.keys, []),
    tableDefinition(testTables.messages, [tableIndexes.byChat]),
    tableDefinition(testTables.deliveries, [tableIndexes.byWebhook, tableIndexes.byDue, tableIndexes.byEndpoint]),
    tableDefinition(testTables.fleet, []),
  ];
}

function tableDefinition(
  name: string,
  indexes: readonly {
    readonly name: string;
    readonly partitionKey: string;
    readonly sortKey: string;
    readonly includes?: readonly string[];
  }[],
): TableDefinition {
  const indexKeys = indexes.flatMap((index) => [index.partitionKey, index.sortKey]);
  const keyNames = [...new Set(['pk', 'sk', ...indexKeys])];
  return {
    TableName: name,
    AttributeDefinitions: keyNames.map((key) => ({ AttributeName: key, AttributeType: 'S' })),
    KeySchema: keySchema('pk', 'sk'),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.partitionKey, index.sortKey),
      Projection: projectionOf(index.includes),
    })),
    TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
  };
}

function projectionOf(includes: readonly string[] | undefined) {
  if (includes === undefined) return { ProjectionType: 'ALL' } as const;
  if (includes.length === 0) return { ProjectionType: 'KEYS_ONLY' } as const;
  return { ProjectionType: 'INCLUDE', NonKeyAttributes: [...includes] } as const;
}

function keySchema(partitionKey: string, sortKey: string): TableDefinition['KeySchema'] {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' },
    { AttributeName: sortKey, KeyType: 'RANGE' },
  ];
}
