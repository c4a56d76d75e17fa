import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSealer } from '../../../core/sealing/sealer.ts';
import { tableIndexes, tableKeys } from '../../../core/storage/table-keys.ts';
import { startTestAws, type TestAws } from '../../support/aws.ts';

describe('the engines that tests start', () => {
  let aws: TestAws;
  beforeAll(async () => {
    aws = await startTestAws({ shards: 2 });
  });
  afterAll(() => aws.stop());

  it('keeps a session row that is found by its shard', async () => {
    const row = { ...tableKeys.session('usr_1', 'ses_1'), ...tableIndexes.byShard.keys(1, 'ses_1'), name: 'first' };
    await aws.clients.document.send(new PutCommand({ TableName: aws.tables.control, Item: row }));
    const { Items } = await aws.clients.document.send(
      new QueryCommand({
        TableName: aws.tables.control,
        IndexName: tableIndexes.byShard.name,
        KeyConditionExpression: 'shardPk = :shard',
        ExpressionAttributeValues: { ':shard': 'SHARD#1' },
      }),
    );
    expect(Items).toEqual([row]);
  });

  it('carries a command to its shard and forgets it when deleted', async () => {
    const QueueUrl = aws.queues.shardUrls[1]!;
    await aws.clients.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: '{}', MessageGroupId: 'ses_1', MessageDeduplicationId: 'cmd_1' }),
    );
    const { Messages } = await aws.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    expect(Messages).toHaveLength(1);
    await aws.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle }));
    expect(aws.engines.sqs.statistics().find(({ name }) => name.endsWith('shard-1.fifo'))).toMatchObject({
      depth: 0,
      inFlight: 0,
      dead: 0,
    });
  });

  it('wraps data keys for the sealer', async () => {
    const options = {
      kms: aws.clients.kms,
      keyId: aws.sealingKeyId,
      dynamodb: aws.clients.document,
      tableName: aws.tables.keys,
    };
    const sealed = await createSealer(options).seal('usr_1', Buffer.from('secret'), 'test');
    expect(Buffer.from(await createSealer(options).open('usr_1', sealed, 'test')).toString()).toBe('secret');
    const { Item } = await aws.clients.document.send(
      new GetCommand({ TableName: aws.tables.keys, Key: tableKeys.dataKey('usr_1') }),
    );
    expect(Item?.wrapped).toBeInstanceOf(Uint8Array);
  });
});
