import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SqsUnderTest, startSqsUnderTest } from './sqs-under-test.ts';

describe('a FIFO queue', () => {
  let t: SqsUnderTest;
  let sent = 0;
  beforeAll(async () => {
    t = await startSqsUnderTest();
  });
  afterAll(() => t.stop());

  const send = (url: string, group: string, body: string) => {
    sent += 1;
    return t.send(url, body, { MessageGroupId: group, MessageDeduplicationId: `${sent}` });
  };
  const remove = (QueueUrl: string, ReceiptHandle: string | undefined) =>
    t.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const giveBack = (QueueUrl: string, ReceiptHandle: string | undefined) =>
    t.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));

  it('blocks a group while one of its messages is in flight, and serves the others', async () => {
    const url = t.fifo();
    await send(url, 'a', 'a1');
    await send(url, 'a', 'a2');
    await send(url, 'b', 'b1');
    const [a1] = await t.receive(url, { MaxNumberOfMessages: 1 });
    expect(a1?.Body).toBe('a1');
    expect(await t.bodies(url)).toEqual(['b1']);
    expect(await t.bodies(url)).toEqual([]);
    await remove(url, a1?.ReceiptHandle);
    expect(await t.bodies(url)).toEqual(['a2']);
  });

  it('gives several messages of a group in one receive, in order', async () => {
    const url = t.fifo();
    for (const body of ['1', '2', '3']) await send(url, 'a', body);
    expect(await t.bodies(url, { MaxNumberOfMessages: 2 })).toEqual(['1', '2']);
    expect(await t.bodies(url)).toEqual([]);
  });

  it('keeps the order of a group although its messages come back in another', async () => {
    const url = t.fifo();
    for (const body of ['1', '2', '3', '4']) await send(url, 'a', body);
    const [first, second, third] = await t.receive(url, { MaxNumberOfMessages: 3 });
    await giveBack(url, third?.ReceiptHandle);
    await giveBack(url, first?.ReceiptHandle);
    expect(await t.bodies(url)).toEqual([]);
    await giveBack(url, second?.ReceiptHandle);
    expect(await t.bodies(url)).toEqual(['1', '2', '3', '4']);
  });

  it('wakes a waiting long poll when a delete frees the group', async () => {
    const url = t.fifo();
    await send(url, 'a', '1');
    await send(url, 'a', '2');
    const [first] = await t.receive(url, { MaxNumberOfMessages: 1 });
    const poll = t.bodies(url, { WaitTimeSeconds: 20 });
    await t.client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    await remove(url, first?.ReceiptHandle);
    expect(await poll).toEqual(['2']);
  });

  it('shows the message again first when its visibility ends, and refuses the old handle', async () => {
    const url = t.fifo({ VisibilityTimeout: 10 });
    await send(url, 'a', '1');
    await send(url, 'a', '2');
    const [first] = await t.receive(url, { MaxNumberOfMessages: 1 });
    t.clock.seconds(10);
    await expect(remove(url, first?.ReceiptHandle)).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
    expect(await t.bodies(url)).toEqual(['1', '2']);
  });

  it('drops a repeat within five minutes, also after the first was deleted, and names the first', async () => {
    const url = t.fifo();
    const repeat = () =>
      t.client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: 'x',
          MessageGroupId: 'a',
          MessageDeduplicationId: 'same',
        }),
      );
    const first = await repeat();
    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    const [message] = await t.receive(url);
    await remove(url, message?.ReceiptHandle);
    t.clock.seconds(299);
    const second = await repeat();
    expect(second).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    expect(await t.receive(url)).toEqual([]);
    t.clock.seconds(1);
    expect((await repeat()).MessageId).not.toBe(first.MessageId);
    expect(await t.bodies(url)).toEqual(['x']);
  });

  it('looks for repeats in the whole queue, or per group when the queue says so', async () => {
    const whole = t.fifo();
    const perGroup = t.fifo({ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' });
    for (const url of [whole, perGroup]) {
      for (const group of ['a', 'b']) {
        await t.send(url, group, { MessageGroupId: group, MessageDeduplicationId: 'same' });
      }
    }
    expect(await t.bodies(whole)).toEqual(['a']);
    expect(await t.bodies(perGroup)).toEqual(['a', 'b']);
  });

  it('deduplicates by content when the queue says so, and else wants an id', async () => {
    const url = t.fifo({ ContentBasedDeduplication: true });
    for (const body of ['same', 'same', 'other']) await t.send(url, body, { MessageGroupId: 'a' });
    const messages = await t.receive(url);
    expect(messages.map(({ Body }) => Body)).toEqual(['same', 'other']);
    expect(messages[0]?.Attributes?.MessageDeduplicationId).toMatch(/^[0-9a-f]{64}$/);
    await expect(t.send(t.fifo(), 'x', { MessageGroupId: 'a' })).rejects.toMatchObject({
      Code: 'InvalidParameterValue',
    });
  });

  it('wants a group and refuses a delay of one message', async () => {
    const url = t.fifo();
    await expect(t.send(url, 'x', { MessageDeduplicationId: 'd' })).rejects.toMatchObject({ Code: 'MissingParameter' });
    await expect(
      t.send(url, 'x', { MessageGroupId: 'a', MessageDeduplicationId: 'd', DelaySeconds: 1 }),
    ).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  });

  it('delays by queue, in order', async () => {
    const url = t.fifo({ DelaySeconds: 10 });
    await send(url, 'a', '1');
    t.clock.seconds(5);
    await send(url, 'a', '2');
    expect(await t.receive(url)).toEqual([]);
    t.clock.seconds(5);
    expect(await t.bodies(url, { VisibilityTimeout: 0 })).toEqual(['1']);
    t.clock.seconds(5);
    expect(await t.bodies(url)).toEqual(['1', '2']);
  });

  it('gives group, deduplication id and a growing sequence number to the consumer', async () => {
    const url = t.fifo();
    await t.client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: ['1', '2'].map((Id) => ({ Id, MessageBody: Id, MessageGroupId: 'a', MessageDeduplicationId: Id })),
      }),
    );
    const [first, second] = await t.receive(url);
    expect(first?.Attributes).toMatchObject({ MessageGroupId: 'a', MessageDeduplicationId: '1' });
    expect(BigInt(second?.Attributes?.SequenceNumber ?? 0)).toBeGreaterThan(
      BigInt(first?.Attributes?.SequenceNumber ?? 0),
    );
  });
});
