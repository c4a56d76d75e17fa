import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { environmentNames } from '../../core/environment.ts';
import { EventSide, toRecord } from './support/event-side.ts';
import { Receiver } from './support/receiver.ts';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

let side: EventSide;
let receiver: Receiver;
let fanOut: Handler;
let deliver: Handler;
let consoleSpies: MockInstance[];

beforeAll(async () => {
  side = await EventSide.start();
  receiver = await Receiver.start();
  // Only in this mode does the logger write by the console that a test can listen to.
  const variables = {
    ...side.aws.environment,
    [environmentNames.webhookAllowedCidrs]: '127.0.0.1/32',
    [environmentNames.stage]: 'test',
    POWERTOOLS_DEV: 'true',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  ({ handler: fanOut } = await import('../../lambdas/fan-out/handler.ts'));
  ({ handler: deliver } = await import('../../lambdas/deliver/handler.ts'));
});

beforeEach(() => {
  consoleSpies = (['info', 'warn', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => {}),
  );
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await receiver?.stop();
  await side?.stop();
});

const contextWith = (remainingMs: number) => ({ getRemainingTimeInMillis: () => remainingMs }) as Context;

async function invoke(handler: Handler, queueUrl: string, remainingMs = 25_000): Promise<string[]> {
  const Records = (await side.takeMessages(queueUrl)).map(toRecord);
  const { batchItemFailures } = await handler({ Records }, contextWith(remainingMs));
  return batchItemFailures.map(({ itemIdentifier }) => Records.find((r) => r.messageId === itemIdentifier)?.body ?? '');
}

describe('the two functions of the event side', () => {
  it('take events from queue to receiver, verified, and hold only the group of a poison record', async () => {
    const { webhook, secret } = await side.addWebhook(receiver.url('/hook'), { scope: '*' });
    receiver.trust('/hook', secret);
    for (const cause of ['a', 'b', 'c']) await side.publish(side.envelope(cause));
    const after = side.envelope('after the poison', { sessionId: 'ses_other' });
    await side.publish('{"text":"planted words"', 'ses_other');
    await side.publish(after, 'ses_other');

    const failed = await invoke(fanOut, side.aws.queues.eventsUrl);
    expect(failed).toEqual(['{"text":"planted words"', JSON.stringify(after)]);
    expect(await invoke(deliver, side.aws.queues.deliveriesUrl)).toEqual([]);
    expect(receiver.callsTo('/hook').map((call) => call.isVerified)).toEqual([true, true, true]);
    const sequences = receiver.callsTo('/hook').map((call) => JSON.parse(call.body).sequence);
    expect(sequences.sort()).toEqual([1, 2, 3]);

    const lines = consoleSpies.flatMap((spy) => spy.mock.calls.flat().map(String));
    const attempts = lines.map((line) => JSON.parse(line)).filter((line) => line.message === 'delivery attempted');
    expect(attempts).toHaveLength(3);
    expect(attempts[0]).toMatchObject({
      webhookId: webhook.webhookId,
      attempt: 1,
      statusCode: 200,
      state: 'succeeded',
    });
    expect(lines.join('\n')).not.toMatch(/planted words|text of|whsec_|\/hook/);
  });

  it('give records back untouched when no time is left', async () => {
    await side.publish(side.envelope('late'));
    expect(await invoke(fanOut, side.aws.queues.eventsUrl, 1_000)).toHaveLength(1);
    await side.publish(side.envelope('later'));
    expect(await invoke(fanOut, side.aws.queues.eventsUrl)).toEqual([]);
    const before = receiver.calls.length;
    expect(await invoke(deliver, side.aws.queues.deliveriesUrl, 10_000)).toHaveLength(1);
    expect(receiver.calls).toHaveLength(before);
    expect((await side.deliveries()).filter((delivery) => delivery.state === 'pending')).toHaveLength(1);
  });

  it('put the next try on the queue with a delay', async () => {
    receiver.answer = () => ({ status: 500 });
    await side.publish(side.envelope('fails'));
    expect(await invoke(fanOut, side.aws.queues.eventsUrl)).toEqual([]);
    expect(await invoke(deliver, side.aws.queues.deliveriesUrl)).toEqual([]);
    const { Messages = [] } = await side.aws.clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: side.aws.queues.deliveriesUrl,
        WaitTimeSeconds: 20,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    receiver.answer = () => ({ status: 200 });
    const answer = await deliver({ Records: Messages.map(toRecord) }, contextWith(25_000));
    expect(answer.batchItemFailures).toEqual([]);
    const calls = receiver.calls.slice(-2);
    expect(calls.map((call) => call.isVerified)).toEqual([true, true]);
    expect(calls[0]?.headers['webhook-id']).toBe(calls[1]?.headers['webhook-id']);
  });
});
