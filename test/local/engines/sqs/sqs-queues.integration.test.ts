import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSqs } from '../../../../local/engines/sqs/index.ts';
import { type SqsUnderTest, startSqsUnderTest } from './sqs-under-test.ts';

describe('queues', () => {
  let t: SqsUnderTest;
  beforeAll(async () => {
    t = await startSqsUnderTest({
      authorize: ({ action, resource }) =>
        action === 'sqs:SendMessage' && resource.endsWith(':forbidden') ? 'no policy allows it' : undefined,
    });
  });
  afterAll(() => t.stop());

  const create = (QueueName: string, Attributes: Record<string, string> = {}) =>
    t.client.send(new CreateQueueCommand({ QueueName, Attributes }));

  it('are made once, found by name, described and removed', async () => {
    const { QueueUrl } = await create('made', { VisibilityTimeout: '45' });
    expect(QueueUrl).toBe(`${t.sqs.endpoint}/000000000000/made`);
    expect((await create('made', { VisibilityTimeout: '45' })).QueueUrl).toBe(QueueUrl);
    await expect(create('made', { VisibilityTimeout: '46' })).rejects.toMatchObject({ name: 'QueueNameExists' });
    expect((await t.client.send(new GetQueueUrlCommand({ QueueName: 'made' }))).QueueUrl).toBe(QueueUrl);
    await t.client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '3' } }));
    const { Attributes } = await t.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:made',
      VisibilityTimeout: '45',
      DelaySeconds: '3',
      MaximumMessageSize: '262144',
    });
    await t.client.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(t.client.send(new GetQueueUrlCommand({ QueueName: 'made' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });

  it('are listed by prefix and page by page', async () => {
    for (const name of ['list-1', 'list-2', 'list-3']) await create(name);
    const list = (NextToken?: string) =>
      t.client.send(new ListQueuesCommand({ QueueNamePrefix: 'list-', MaxResults: 2, NextToken }));
    const first = await list();
    expect(first.QueueUrls).toHaveLength(2);
    const second = await list(first.NextToken);
    expect(second.QueueUrls).toHaveLength(1);
    expect(second.NextToken).toBeUndefined();
  });

  it('carry tags', async () => {
    const { QueueUrl } = await create('tagged');
    await t.client.send(new TagQueueCommand({ QueueUrl, Tags: { a: '1', b: '2' } }));
    await t.client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['a'] }));
    expect((await t.client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ b: '2' });
  });

  it.each([
    ['VisibilityTimeout', '43201', 'InvalidAttributeValue'],
    ['DelaySeconds', 'soon', 'InvalidAttributeValue'],
    ['Nonsense', '1', 'InvalidAttributeName'],
    ['ContentBasedDeduplication', 'true', 'InvalidAttributeName'],
    ['RedrivePolicy', '{', 'InvalidAttributeValue'],
  ])('refuse %s = %s', async (attribute, value, name) => {
    await expect(create('wrong', { [attribute]: value })).rejects.toMatchObject({ name });
  });

  it('refuse names that AWS refuses', async () => {
    await expect(create('a b')).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
    await expect(create(`${'x'.repeat(76)}.fifo`)).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
    await expect(create('x', { FifoQueue: 'true' })).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
  });

  it('are reached by a client that knows only the queue URL and the endpoint variable', async () => {
    const url = t.queue();
    process.env.AWS_ENDPOINT_URL_SQS = t.sqs.endpoint;
    try {
      const client = new SQSClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' }));
      client.destroy();
    } finally {
      delete process.env.AWS_ENDPOINT_URL_SQS;
    }
    expect(await t.bodies(url)).toEqual(['x']);
  });

  it('refuse calls that the policies do not allow', async () => {
    await create('forbidden');
    await expect(t.send(t.sqs.queueUrl('forbidden'), 'x')).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'User: AKIATEST is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:forbidden because no policy allows it',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('say in one sentence that their port is taken', async () => {
    const port = Number(new URL(t.sqs.endpoint).port);
    await expect(startSqs({ port })).rejects.toThrow(`SQS cannot listen on 127.0.0.1:${port}: the port is in use.`);
  });
});
