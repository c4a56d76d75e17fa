import {
  CancelMessageMoveTaskCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SqsUnderTest, startSqsUnderTest } from './sqs-under-test.ts';

describe('dead letters', () => {
  let t: SqsUnderTest;
  beforeAll(async () => {
    t = await startSqsUnderTest();
  });
  afterAll(() => t.stop());

  const arn = (url: string) => t.sqs.queueArn(t.sqs.queueName(url));
  const redrivePolicy = (dead: string, maxReceiveCount: number) => ({
    RedrivePolicy: { deadLetterTargetArn: arn(dead), maxReceiveCount },
  });
  const statistics = (url: string) => t.sqs.statistics().find(({ name }) => url.endsWith(`/${name}`));
  /** Receives a message as often as it may be received, each time without deleting it. */
  const fail = async (url: string, times: number) => {
    for (let time = 0; time < times; time += 1) {
      expect(await t.receive(url)).toHaveLength(1);
      t.clock.seconds(30);
    }
  };

  it('takes a message that was received too often, with its id, and says where it came from', async () => {
    const dead = t.queue();
    const url = t.queue(redrivePolicy(dead, 3));
    const id = await t.send(url, 'poison', { MessageGroupId: 'tenant' });
    await fail(url, 3);
    expect(statistics(url)).toMatchObject({ depth: 0, inFlight: 0, dead: 1 });
    const [message] = await t.receive(dead);
    expect(message).toMatchObject({
      Body: 'poison',
      MessageId: id,
      Attributes: { DeadLetterQueueSourceArn: arn(url), MessageGroupId: 'tenant', ApproximateReceiveCount: '4' },
    });
  });

  it('frees the group of a FIFO queue', async () => {
    const dead = t.fifo({ ContentBasedDeduplication: true });
    const url = t.fifo({ ContentBasedDeduplication: true, ...redrivePolicy(dead, 1) });
    await t.send(url, 'poison', { MessageGroupId: 'a' });
    await t.send(url, 'next', { MessageGroupId: 'a' });
    const [poison] = await t.receive(url, { MaxNumberOfMessages: 1 });
    expect(poison?.Body).toBe('poison');
    const poll = t.bodies(url, { WaitTimeSeconds: 20 });
    t.clock.seconds(30);
    expect(await poll).toEqual(['next']);
    expect(await t.bodies(dead)).toEqual(['poison']);
  });

  it('wakes a consumer of the dead-letter queue', async () => {
    const dead = t.queue();
    const url = t.queue(redrivePolicy(dead, 1));
    await t.send(url, 'x');
    await t.receive(url);
    const poll = t.bodies(dead, { WaitTimeSeconds: 20 });
    t.clock.seconds(30);
    expect(await poll).toEqual(['x']);
  });

  it('knows its sources and refuses a target that does not fit', async () => {
    const dead = t.queue({ RedriveAllowPolicy: { redrivePermission: 'allowAll' } });
    const url = t.queue(redrivePolicy(dead, 3));
    const { queueUrls } = await t.client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }));
    expect(queueUrls).toEqual([url]);
    expect(() => t.fifo(redrivePolicy(dead, 3))).toThrow(/RedrivePolicy/);
    expect(() => t.queue({ RedrivePolicy: { deadLetterTargetArn: `${arn(dead)}x`, maxReceiveCount: 3 } })).toThrow();
    expect(() => t.queue(redrivePolicy(dead, 0))).toThrow(/RedrivePolicy/);
  });

  it('moves everything back as new messages', async () => {
    const dead = t.queue();
    const url = t.queue(redrivePolicy(dead, 1));
    const id = await t.send(url, 'x');
    await fail(url, 1);
    await t.client.send(new StartMessageMoveTaskCommand({ SourceArn: arn(dead) }));
    const { Results } = await t.client.send(new ListMessageMoveTasksCommand({ SourceArn: arn(dead) }));
    expect(Results).toMatchObject([
      { Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1, ApproximateNumberOfMessagesToMove: 1 },
    ]);
    const [again] = await t.receive(url);
    expect(again).toMatchObject({ Body: 'x', Attributes: { ApproximateReceiveCount: '1' } });
    expect(again?.MessageId).not.toBe(id);
    expect(statistics(dead)).toMatchObject({ depth: 0 });
  });

  it('moves no faster than asked, and stops when cancelled', async () => {
    const dead = t.queue();
    const target = t.queue();
    t.queue(redrivePolicy(dead, 1));
    for (const body of ['1', '2', '3', '4']) await t.send(dead, body);
    const { TaskHandle } = await t.client.send(
      new StartMessageMoveTaskCommand({
        SourceArn: arn(dead),
        DestinationArn: arn(target),
        MaxNumberOfMessagesPerSecond: 1,
      }),
    );
    await expect(t.client.send(new StartMessageMoveTaskCommand({ SourceArn: arn(dead) }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    });
    t.clock.seconds(1);
    const cancelled = await t.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    expect(cancelled.ApproximateNumberOfMessagesMoved).toBe(2);
    t.clock.seconds(10);
    expect(await t.bodies(target)).toEqual(['1', '2']);
  });

  it('cannot move what was never a dead letter without a destination, nor from another queue', async () => {
    const dead = t.queue();
    const url = t.queue(redrivePolicy(dead, 1));
    await t.send(dead, 'sent here directly');
    await t.client.send(new StartMessageMoveTaskCommand({ SourceArn: arn(dead) }));
    const { Results } = await t.client.send(new ListMessageMoveTasksCommand({ SourceArn: arn(dead) }));
    expect(Results).toMatchObject([{ Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' }]);
    await expect(t.client.send(new StartMessageMoveTaskCommand({ SourceArn: arn(url) }))).rejects.toMatchObject({
      Code: 'InvalidParameterValue',
    });
  });
});
