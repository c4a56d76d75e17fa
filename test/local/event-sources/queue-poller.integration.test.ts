import { afterEach, describe, expect, it } from 'vitest';
import { type SqsEngine, startSqs } from '../../../local/engines/sqs/index.ts';
import type { MappingSpec } from '../../../local/event-sources/mapping-spec.ts';
import { type QueuePoller, startQueuePoller } from '../../../local/event-sources/queue-poller.ts';
import { ThrottledError } from '../../../local/lambda-host/function-pool.ts';
import { waitUntil } from '../fixtures/wait-until.ts';

interface Batch {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: Record<string, string>;
  }[];
}

describe('a queue that feeds a function', () => {
  let sqs: SqsEngine;
  let poller: QueuePoller | undefined;

  afterEach(async () => {
    await poller?.stop();
    poller = undefined;
    await sqs.stop();
  });

  async function setUp(attributes: object, mapping: Partial<MappingSpec>, invoke: (event: Batch) => Promise<unknown>) {
    sqs = await startSqs();
    sqs.createQueue('dead');
    const redrive = { deadLetterTargetArn: sqs.queueArn('dead'), maxReceiveCount: 2 };
    sqs.createQueue('work', { VisibilityTimeout: 1, RedrivePolicy: redrive, ...attributes });
    const whole: MappingSpec = {
      logicalId: 'Mapping',
      queueArn: sqs.queueArn('work'),
      functionArn: 'fn',
      enabled: true,
      batchSize: 10,
      windowMs: 0,
      concurrency: 1,
      reportsBatchItemFailures: true,
      filters: [],
      ...mapping,
    };
    const start = () => {
      poller = startQueuePoller({
        ...{ mapping: whole, queue: sqs, queueName: 'work', region: 'us-east-1' },
        invoke: (event) => invoke(event as Batch),
        onTrouble: (error) => expect.unreachable(String(error)),
      });
    };
    return { start };
  }

  const statistics = (name: string) => sqs.statistics().find((queue) => queue.name === name);

  it('deletes what succeeded; what failed comes again and ends as a dead letter', async () => {
    const seen: string[] = [];
    const { start } = await setUp({}, {}, async ({ Records }) => {
      seen.push(...Records.map((record) => record.body));
      return {
        batchItemFailures: Records.filter((each) => each.body === 'bad').map((each) => ({
          itemIdentifier: each.messageId,
        })),
      };
    });
    for (const body of ['a', 'bad', 'b']) sqs.send('work', { body });
    start();
    await waitUntil('the dead letter', () => statistics('dead')?.depth === 1);
    expect(seen.toSorted()).toEqual(['a', 'b', 'bad', 'bad']);
    expect(statistics('work')).toMatchObject({ depth: 0, inFlight: 0, dead: 1 });
  });

  it.each<[string, boolean, (batch: Batch) => Promise<unknown>]>([
    ['throws', true, () => Promise.reject(new Error('boom'))],
    ['names an unknown message', true, async () => ({ batchItemFailures: [{ itemIdentifier: 'unknown' }] })],
  ])('repeats the whole batch when the function %s', async (_, reports, invoke) => {
    let calls = 0;
    const { start } = await setUp({}, { reportsBatchItemFailures: reports }, (batch) => {
      calls += 1;
      return invoke(batch);
    });
    for (const body of ['a', 'b']) sqs.send('work', { body });
    start();
    await waitUntil('two dead letters', () => statistics('dead')?.depth === 2);
    expect(calls).toBeGreaterThanOrEqual(2);
  });

  it('ignores reported failures when the mapping does not ask for them', async () => {
    const { start } = await setUp({}, { reportsBatchItemFailures: false }, async ({ Records }) => ({
      batchItemFailures: Records.map((record) => ({ itemIdentifier: record.messageId })),
    }));
    sqs.send('work', { body: 'a' });
    start();
    await waitUntil('an empty queue', () => statistics('work')?.depth === 0 && statistics('work')?.inFlight === 0);
    expect(statistics('dead')?.depth).toBe(0);
  });

  it('gives the event its shape', async () => {
    let batch: Batch | undefined;
    const { start } = await setUp({}, {}, async (event) => {
      batch = event;
    });
    sqs.send('work', { body: '{"n":1}', attributes: { kind: { DataType: 'String', StringValue: 'x' } } });
    start();
    await waitUntil('the batch', () => batch);
    expect(batch?.Records[0]).toMatchObject({
      body: '{"n":1}',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d+$/) },
      messageAttributes: { kind: { stringValue: 'x', dataType: 'String', stringListValues: [], binaryListValues: [] } },
      md5OfBody: '082c26c8a6bc75226a31da5495cc9292',
      eventSource: 'aws:sqs',
      eventSourceARN: sqs.queueArn('work'),
      awsRegion: 'us-east-1',
    });
  });

  it('runs no more batches at a time than the mapping allows, and grows to that many', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { start } = await setUp({ VisibilityTimeout: 60 }, { concurrency: 7, batchSize: 1 }, async () => {
      running += 1;
      most = Math.max(most, running);
      await gate;
      running -= 1;
      done += 1;
    });
    for (let count = 0; count < 20; count += 1) sqs.send('work', { body: String(count) });
    start();
    await waitUntil('seven at a time', () => running === 7);
    release();
    await waitUntil('all', () => done === 20);
    expect(most).toBe(7);
  });

  it('gathers a batch until its window closes or it is full', async () => {
    const batches: number[] = [];
    const { start } = await setUp({}, { windowMs: 60_000, batchSize: 15 }, async ({ Records }) => {
      batches.push(Records.length);
    });
    start();
    for (let count = 0; count < 15; count += 1) sqs.send('work', { body: String(count) });
    await waitUntil('the batch', () => batches.length > 0);
    expect(batches).toEqual([15]);
  });

  it('deletes messages that fit no filter', async () => {
    const seen: string[] = [];
    const { start } = await setUp({}, { filters: [{ body: { type: ['wanted'] } }] }, async ({ Records }) => {
      seen.push(...Records.map((record) => record.body));
    });
    for (const body of ['{"type":"other"}', '{"type":"wanted"}', 'no json']) sqs.send('work', { body });
    start();
    await waitUntil('an empty queue', () => statistics('work')?.depth === 0 && statistics('work')?.inFlight === 0);
    expect(seen).toEqual(['{"type":"wanted"}']);
  });

  it('gives messages back when the function is throttled', async () => {
    let calls = 0;
    const { start } = await setUp({ VisibilityTimeout: 600 }, {}, async () => {
      calls += 1;
      if (calls === 1) throw new ThrottledError('fn');
    });
    sqs.send('work', { body: 'a' });
    start();
    await waitUntil('the second try', () => calls === 2);
    await waitUntil('an empty queue', () => statistics('work')?.depth === 0 && statistics('work')?.inFlight === 0);
  });
});
