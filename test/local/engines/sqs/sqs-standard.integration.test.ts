import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SqsUnderTest, startSqsUnderTest } from './sqs-under-test.ts';

describe('a standard queue', () => {
  let t: SqsUnderTest;
  beforeAll(async () => {
    t = await startSqsUnderTest();
  });
  afterAll(() => t.stop());

  const counts = async (QueueUrl: string) => {
    const { Attributes } = await t.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return [
      Attributes?.ApproximateNumberOfMessages,
      Attributes?.ApproximateNumberOfMessagesNotVisible,
      Attributes?.ApproximateNumberOfMessagesDelayed,
    ].map(Number);
  };
  const changeVisibility = (QueueUrl: string, ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
    t.client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  const remove = (QueueUrl: string, ReceiptHandle: string | undefined) =>
    t.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  /** Waits until the engine has the long poll, by sending nothing and looking at nothing but its own round trip. */
  const roundTrip = () =>
    t.client.send(new GetQueueAttributesCommand({ QueueUrl: t.queue(), AttributeNames: ['All'] }));

  it('hides a received message, counts receives and shows it again', async () => {
    const url = t.queue({ VisibilityTimeout: 30 });
    await t.send(url, 'hello');
    const [first] = await t.receive(url);
    expect(first).toMatchObject({ Body: 'hello', Attributes: { ApproximateReceiveCount: '1', SenderId: 'AKIATEST' } });
    expect(await t.receive(url)).toEqual([]);
    expect(await counts(url)).toEqual([0, 1, 0]);
    t.clock.seconds(30);
    const [second] = await t.receive(url);
    expect(second).toMatchObject({ MessageId: first?.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
    expect(second?.Attributes?.ApproximateFirstReceiveTimestamp).toBe(
      first?.Attributes?.ApproximateFirstReceiveTimestamp,
    );
    await remove(url, second?.ReceiptHandle);
    expect(await counts(url)).toEqual([0, 0, 0]);
  });

  it('leaves the message alone when an old receipt handle deletes it', async () => {
    const url = t.queue();
    await t.send(url, 'x');
    const [first] = await t.receive(url);
    t.clock.seconds(30);
    await t.receive(url);
    await remove(url, first?.ReceiptHandle);
    expect(await counts(url)).toEqual([0, 1, 0]);
  });

  it('refuses handles that it never gave', async () => {
    const url = t.queue();
    const other = t.queue();
    await t.send(other, 'x');
    const [message] = await t.receive(other);
    await expect(remove(url, 'nonsense')).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await expect(remove(url, message?.ReceiptHandle)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });

  it.each([
    ['a send', {}, async (url: string) => t.send(url, 'woken')],
    [
      'the end of a delay',
      { DelaySeconds: 5 },
      async (url: string) => {
        await t.send(url, 'woken');
        t.clock.seconds(5);
      },
    ],
  ])('wakes a long poll by %s', async (_name, attributes, action) => {
    const url = t.queue(attributes);
    const poll = t.bodies(url, { WaitTimeSeconds: 20 });
    await roundTrip();
    await action(url);
    expect(await poll).toEqual(['woken']);
  });

  it('wakes a long poll by the end of a visibility timeout, and by giving a message back', async () => {
    const url = t.queue({ VisibilityTimeout: 10 });
    await t.send(url, 'x');
    await t.receive(url);
    const poll = t.receive(url, { WaitTimeSeconds: 20 });
    await roundTrip();
    t.clock.seconds(10);
    const [again] = await poll;
    expect(again?.Body).toBe('x');
    const second = t.bodies(url, { WaitTimeSeconds: 20 });
    await roundTrip();
    await changeVisibility(url, again?.ReceiptHandle, 0);
    expect(await second).toEqual(['x']);
  });

  it('ends a long poll empty after its time, and at once without waiting', async () => {
    const url = t.queue();
    expect(await t.receive(url)).toEqual([]);
    const poll = t.receive(url, { WaitTimeSeconds: 2 });
    // The poll is in the engine when its time passes; until then time stands.
    const ended = vi.fn();
    void poll.then(ended);
    await vi.waitFor(
      () => {
        t.clock.seconds(1);
        expect(ended).toHaveBeenCalled();
      },
      { timeout: 60_000 },
    );
    expect(await poll).toEqual([]);
  });

  it('forgets the long poll of a client that went away', async () => {
    const url = t.queue();
    const gone = new AbortController();
    const poll = t.client.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), {
      abortSignal: gone.signal,
    });
    await roundTrip();
    gone.abort();
    await expect(poll).rejects.toMatchObject({ name: 'AbortError' });
    await roundTrip();
    await t.send(url, 'for somebody else');
    expect(await t.bodies(url, { WaitTimeSeconds: 20 })).toEqual(['for somebody else']);
  });

  it('delays by message and by queue, and refuses more than 900 seconds', async () => {
    const url = t.queue({ DelaySeconds: 20 });
    await t.send(url, 'queue delay');
    await t.send(url, 'own delay', { DelaySeconds: 5 });
    await t.send(url, 'no delay', { DelaySeconds: 0 });
    expect(await counts(url)).toEqual([1, 0, 2]);
    t.clock.seconds(5);
    expect(new Set(await t.bodies(url))).toEqual(new Set(['no delay', 'own delay']));
    t.clock.seconds(15);
    expect(await t.bodies(url)).toContain('queue delay');
    await expect(t.send(url, 'x', { DelaySeconds: 901 })).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
  });

  it('changes visibility up to 43,200 seconds and only in flight', async () => {
    const url = t.queue({ VisibilityTimeout: 30 });
    await t.send(url, 'x');
    const [message] = await t.receive(url);
    await changeVisibility(url, message?.ReceiptHandle, 43_200);
    t.clock.seconds(43_199);
    expect(await t.receive(url)).toEqual([]);
    t.clock.seconds(1);
    await expect(changeVisibility(url, message?.ReceiptHandle, 10)).rejects.toMatchObject({
      name: 'MessageNotInflight',
    });
    const [again] = await t.receive(url);
    await expect(changeVisibility(url, again?.ReceiptHandle, 43_201)).rejects.toMatchObject({
      Code: 'InvalidParameterValue',
    });
    await remove(url, again?.ReceiptHandle);
    await expect(changeVisibility(url, again?.ReceiptHandle, 10)).rejects.toMatchObject({
      Code: 'InvalidParameterValue',
    });
  });

  it('changes visibility and deletes in batches, each entry on its own', async () => {
    const url = t.queue();
    await t.send(url, 'a');
    await t.send(url, 'b');
    const [a, b] = await t.receive(url);
    const changed = await t.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'good', ReceiptHandle: a?.ReceiptHandle, VisibilityTimeout: 0 },
          { Id: 'bad', ReceiptHandle: 'nonsense', VisibilityTimeout: 0 },
        ],
      }),
    );
    expect(changed.Successful).toEqual([{ Id: 'good' }]);
    expect(changed.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }]);
    expect(await t.bodies(url)).toEqual(['a']);
    const deleted = await t.client.send(
      new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: '1', ReceiptHandle: b?.ReceiptHandle }] }),
    );
    expect(deleted.Successful).toEqual([{ Id: '1' }]);
    expect(await counts(url)).toEqual([0, 1, 0]);
  });

  it('sends the good entries of a batch and reports the others', async () => {
    const url = t.queue();
    const answer = await t.client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'a', MessageBody: 'fine' },
          { Id: 'b', MessageBody: 'late', DelaySeconds: 901 },
          { Id: 'c', MessageBody: 'not \u0001 allowed' },
        ],
      }),
    );
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['a']);
    expect(answer.Failed?.map(({ Id, Code }) => [Id, Code])).toEqual([
      ['b', 'InvalidParameterValue'],
      ['c', 'InvalidMessageContents'],
    ]);
    expect(await t.bodies(url)).toEqual(['fine']);
  });

  it.each([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: 'x' }))],
    [
      'BatchEntryIdsNotDistinct',
      [
        { Id: 'a', MessageBody: 'x' },
        { Id: 'a', MessageBody: 'y' },
      ],
    ],
    ['InvalidBatchEntryId', [{ Id: 'a b', MessageBody: 'x' }]],
    [
      'BatchRequestTooLong',
      Array.from({ length: 5 }, (_, index) => ({ Id: `${index}`, MessageBody: 'x'.repeat(250_000) })),
    ],
  ])('refuses a whole batch with %s', async (name, Entries) => {
    await expect(t.client.send(new SendMessageBatchCommand({ QueueUrl: t.queue(), Entries }))).rejects.toMatchObject({
      name,
    });
  });

  it('carries attributes with the MD5 of AWS, and only those that were asked for', async () => {
    const url = t.queue();
    const sent = await t.client.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: 'x',
        MessageAttributes: {
          'wharf.kind': { DataType: 'String', StringValue: 'text' },
          count: { DataType: 'Number.int', StringValue: '7' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255, 1]) },
        },
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2-3' } },
      }),
    );
    // Computed once with an independent implementation of the published algorithm (Python, hashlib and struct).
    expect(sent.MD5OfMessageAttributes).toBe('a340429ab12e5f12936966ca1ae5e5f9');
    const [prefixed] = await t.receive(url, { MessageAttributeNames: ['wharf.*'], VisibilityTimeout: 0 });
    expect(prefixed?.MessageAttributes).toEqual({ 'wharf.kind': { DataType: 'String', StringValue: 'text' } });
    expect(prefixed?.Attributes?.AWSTraceHeader).toBe('Root=1-2-3');
    const [all] = await t.receive(url, {
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    expect(all?.MessageAttributes?.raw?.BinaryValue).toEqual(new Uint8Array([0, 255, 1]));
    expect(all?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(Object.keys(all?.Attributes ?? {})).toEqual(['SentTimestamp']);
  });

  it('refuses messages beyond the size of the queue, attributes included', async () => {
    const url = t.queue();
    await t.send(url, 'x'.repeat(262_144));
    await expect(t.send(url, 'x'.repeat(262_145))).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
    await expect(
      t.send(url, 'x'.repeat(262_140), { MessageAttributes: { a: { DataType: 'String', StringValue: 'y' } } }),
    ).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
    const small = t.queue({ MaximumMessageSize: 1_024 });
    await expect(t.send(small, 'ü'.repeat(513))).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
    await t.send(t.queue({ MaximumMessageSize: 1_048_576 }), 'x'.repeat(1_048_576));
  });

  it('serves a quiet tenant before the backlog of a noisy one, and returns the group', async () => {
    const url = t.queue();
    for (let index = 0; index < 190; index += 1) t.sqs.send(t.sqs.queueName(url), { body: 'noise', groupId: 'noisy' });
    expect(await t.bodies(url)).toHaveLength(10);
    await t.send(url, 'quiet', { MessageGroupId: 'quiet' });
    const next = await t.receive(url, { MaxNumberOfMessages: 1 });
    expect(next[0]).toMatchObject({ Body: 'quiet', Attributes: { MessageGroupId: 'quiet' } });
  });

  it('lets messages go after their retention', async () => {
    const url = t.queue({ MessageRetentionPeriod: 60 });
    await t.send(url, 'old');
    t.clock.seconds(59);
    expect(await counts(url)).toEqual([1, 0, 0]);
    t.clock.seconds(1);
    expect(await t.receive(url)).toEqual([]);
    expect(await counts(url)).toEqual([0, 0, 0]);
  });

  it('purges what is there, in flight or not', async () => {
    const url = t.queue();
    await t.send(url, 'a');
    await t.receive(url);
    await t.send(url, 'b');
    await t.client.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await counts(url)).toEqual([0, 0, 0]);
    await t.send(url, 'c');
    expect(await t.bodies(url)).toEqual(['c']);
  });

  it('refuses parameters of FIFO queues and numbers out of range', async () => {
    const url = t.queue();
    await expect(t.send(url, 'x', { MessageDeduplicationId: 'd' })).rejects.toMatchObject({
      Code: 'InvalidParameterValue',
    });
    await expect(t.receive(url, { MaxNumberOfMessages: 11 })).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
    await expect(t.receive(url, { WaitTimeSeconds: 21 })).rejects.toMatchObject({ Code: 'InvalidParameterValue' });
    await expect(t.receive(`${t.sqs.endpoint}/000000000000/none`)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});
