import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DynamodbEngine, startDynamodb } from '../../../../local/engines/dynamodb/index.ts';
import type { AwsCall } from '../../../../local/engines/engine.ts';

const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/things';

describe('the policies in front of DynamoDB', () => {
  const calls: AwsCall[] = [];
  let engine: DynamodbEngine;
  let client: DynamoDBClient;
  beforeAll(async () => {
    engine = await startDynamodb({
      sweepSeconds: 0,
      authorize: (call) => {
        calls.push(call);
        return call.context['dynamodb:LeadingKeys']?.includes('forbidden') ? 'no policy allows it' : undefined;
      },
    });
    await engine.createTable({
      TableName: 'things',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: ['pk', 'owner'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byOwner',
          KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
    client = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'x' },
    });
  });
  beforeEach(() => {
    calls.length = 0;
  });
  afterAll(async () => {
    client.destroy();
    await engine.stop();
  });

  const TableName = 'things';
  const key = (pk: string) => ({ pk: { S: pk } });
  const call = (action: string, keys: string[] | undefined, resource = arn): AwsCall => ({
    accessKeyId: 'AKIATEST',
    action: `dynamodb:${action}`,
    resource,
    context: keys === undefined ? {} : { 'dynamodb:LeadingKeys': keys },
  });

  it('hear of single items and let the answer through', async () => {
    await client.send(new PutItemCommand({ TableName, Item: key('a') }));
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: key('a') }));
    expect(Item).toEqual(key('a'));
    expect(calls).toEqual([call('PutItem', ['a']), call('GetItem', ['a'])]);
  });

  it('hear of queries, on the table and on an index, and of scans without keys', async () => {
    await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#p = :v',
        ExpressionAttributeNames: { '#p': 'pk' },
        ExpressionAttributeValues: { ':v': { S: 'a' } },
      }),
    );
    await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'byOwner',
        KeyConditionExpression: '#o=:v',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':v': { S: 'me' } },
      }),
    );
    await client.send(new ScanCommand({ TableName }));
    await client.send(new ListTablesCommand({}));
    expect(calls).toEqual([
      call('Query', ['a']),
      call('Query', ['me'], `${arn}/index/byOwner`),
      call('Scan', undefined),
      call('ListTables', undefined, '*'),
    ]);
  });

  it('hear of each item of a transaction and of all keys of a batch', async () => {
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: key('t1') } },
          { Delete: { TableName, Key: key('t2') } },
          { ConditionCheck: { TableName, Key: key('t3'), ConditionExpression: 'attribute_not_exists(pk)' } },
        ],
      }),
    );
    await client.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: key('t1') } }] }));
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: { things: [{ PutRequest: { Item: key('b1') } }, { DeleteRequest: { Key: key('b2') } }] },
      }),
    );
    await client.send(new BatchGetItemCommand({ RequestItems: { things: { Keys: [key('b1'), key('b2')] } } }));
    expect(calls).toEqual([
      call('PutItem', ['t1']),
      call('DeleteItem', ['t2']),
      call('ConditionCheckItem', ['t3']),
      call('GetItem', ['t1']),
      call('BatchWriteItem', ['b1', 'b2']),
      call('BatchGetItem', ['b1', 'b2']),
    ]);
  });

  it('refuse in the words of AWS, before anything is written', async () => {
    const transaction = client.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName, Item: key('good') } }, { Put: { TableName, Item: key('forbidden') } }],
      }),
    );
    await expect(transaction).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: AKIATEST is not authorized to perform: dynamodb:PutItem on resource: ${arn} because no policy allows it`,
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
    expect((await client.send(new GetItemCommand({ TableName, Key: key('good') }))).Item).toBeUndefined();
  });

  it('leave errors of the engine as they are', async () => {
    await expect(client.send(new GetItemCommand({ TableName: 'nothing', Key: key('a') }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
