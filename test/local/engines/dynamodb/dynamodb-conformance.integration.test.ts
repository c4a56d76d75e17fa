import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableIndexes, tableKeys } from '../../../../core/storage/table-keys.ts';
import { startTestAws, type TestAws } from '../../../support/aws.ts';

/** What Wharf leans on in DynamoDB. The same checks hold for the engine and for AWS; another engine must pass them first. */
describe('DynamoDB', () => {
  let aws: TestAws;
  let document: DynamoDBDocumentClient;
  let client: DynamoDBClient;
  let TableName: string;
  beforeAll(async () => {
    aws = await startTestAws();
    document = aws.clients.document;
    client = aws.clients.dynamodb;
    TableName = aws.tables.control;
  });
  afterAll(() => aws.stop());

  const put = (pk: string, more: object = {}, condition?: string) =>
    document.send(
      new PutCommand({
        TableName,
        Item: { pk, sk: 'S', ...more },
        ConditionExpression: condition,
        ReturnValuesOnConditionCheckFailure: condition === undefined ? undefined : 'ALL_OLD',
      }),
    );
  const get = async (pk: string) => (await document.send(new GetCommand({ TableName, Key: { pk, sk: 'S' } }))).Item;

  it('lets exactly one of fifty conditional creates win and shows the winner to the others', async () => {
    const tries = Array.from({ length: 50 }, (_, index) => put('race', { index }, 'attribute_not_exists(pk)'));
    const results = await Promise.allSettled(tries);
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    const losers = results.filter((result) => result.status === 'rejected');
    expect(losers).toHaveLength(49);
    expect(losers[0]!.reason).toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { index: { N: String(winner) } },
    });
  });

  it('counts two hundred parallel increments', async () => {
    await Promise.all(
      Array.from({ length: 200 }, () =>
        document.send(
          new UpdateCommand({
            TableName,
            Key: { pk: 'counter', sk: 'S' },
            UpdateExpression: 'ADD hits :one',
            ExpressionAttributeValues: { ':one': 1 },
          }),
        ),
      ),
    );
    expect(await get('counter')).toMatchObject({ hits: 200 });
  });

  it('writes all of a transaction or nothing, and gives the old item with the reason', async () => {
    await put('taken', { owner: 'first' });
    const transaction = client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: { pk: { S: 'other' }, sk: { S: 'S' } } } },
          {
            Put: {
              TableName,
              Item: { pk: { S: 'taken' }, sk: { S: 'S' } },
              ConditionExpression: 'attribute_not_exists(pk)',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ],
      }),
    );
    await expect(transaction).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { owner: { S: 'first' } } }],
    });
    expect(await get('other')).toBeUndefined();
  });

  it('runs a transaction once for a repeated request token, and refuses another one under it', async () => {
    const add = (hits: string) =>
      client.send(
        new TransactWriteItemsCommand({
          ClientRequestToken: 'token-1',
          TransactItems: [
            {
              Update: {
                TableName,
                Key: { pk: { S: 'once' }, sk: { S: 'S' } },
                UpdateExpression: 'ADD hits :n',
                ExpressionAttributeValues: { ':n': { N: hits } },
              },
            },
          ],
        }),
      );
    await add('1');
    await add('1');
    expect(await get('once')).toMatchObject({ hits: 1 });
    await expect(add('2')).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  });

  it('refuses two operations on one item in a transaction, and 26 writes in a batch', async () => {
    const one = { Put: { TableName, Item: { pk: { S: 'twice' }, sk: { S: 'S' } } } };
    await expect(client.send(new TransactWriteItemsCommand({ TransactItems: [one, one] }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const requests = Array.from({ length: 26 }, (_, n) => ({
      PutRequest: { Item: { pk: { S: `${n}` }, sk: { S: 'S' } } },
    }));
    await expect(
      client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('pages through a sparse index in order', async () => {
    await put('no shard');
    for (const session of ['c', 'a', 'b']) {
      await document.send(
        new PutCommand({
          TableName,
          Item: { ...tableKeys.session('usr_1', session), ...tableIndexes.byShard.keys(7, session) },
        }),
      );
    }
    const seen: unknown[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await document.send(
        new QueryCommand({
          TableName,
          IndexName: tableIndexes.byShard.name,
          KeyConditionExpression: 'shardPk = :shard',
          ExpressionAttributeValues: { ':shard': 'SHARD#7' },
          Limit: 2,
          ExclusiveStartKey,
        }),
      );
      seen.push(...(page.Items ?? []).map(({ shardSk }) => shardSk));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('keeps bytes and large numbers, and refuses items above 400 kB and index keys of the wrong type', async () => {
    const bytes = new Uint8Array([0, 1, 254, 255]);
    await put('typed', { bytes });
    expect(await get('typed')).toMatchObject({ bytes });
    await expect(put('large', { text: 'x'.repeat(410_000) })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put('wrong', { shardPk: 1, shardSk: 'a' })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('shows keys, time-to-live and stream of a table as they were asked for', async () => {
    const { streamArn } = await aws.engines.dynamodb.createTable({
      TableName: 'streamed',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'ends', Enabled: true },
    });
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'streamed' }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', LatestStreamArn: streamArn });
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: 'streamed' }));
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ends' });
  });
});
