import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../core/events/stored-event.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import type { Delivery, DeliveryTask } from '../../../core/webhooks/delivery.ts';
import type { TaskToSend } from '../../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../../core/webhooks/delivery-repository.ts';
import { createGuardedAgent, type GuardedAgent, guardedRequest } from '../../../core/webhooks/guard/index.ts';
import { newWebhookSecret, webhookSecretContext } from '../../../core/webhooks/secret.ts';
import { createTurnRepository } from '../../../core/webhooks/turn-repository.ts';
import type { Webhook } from '../../../core/webhooks/webhook.ts';
import { createWebhookReader } from '../../../core/webhooks/webhook-repository.ts';
import type { DeliverPorts } from '../../../lambdas/deliver/deliver-ports.ts';
import { createEventBodyReader } from '../../../lambdas/deliver/read-event-body.ts';
import { createEventRecorder } from '../../../lambdas/fan-out/event-recorder.ts';
import { fanOutEvents } from '../../../lambdas/fan-out/fan-out-events.ts';
import { deliverTask, makeDeliverPorts } from '../support/deliver-ports.ts';
import { EventSide } from '../support/event-side.ts';
import { Receiver } from '../support/receiver.ts';

let side: EventSide;
let receiver: Receiver;
let agent: GuardedAgent;

beforeAll(async () => {
  side = await EventSide.start();
  receiver = await Receiver.start();
  agent = createGuardedAgent({ allowedCidrs: ['127.0.0.1/32'] });
});

afterAll(async () => {
  agent?.destroy();
  await receiver?.stop();
  await side?.stop();
});

let sent: TaskToSend[];
let counter = 0;
let sessionId: string;
let path: string;
/** Added to the clock, so that leases and timestamps move without waiting. */
let laterMs: number;

beforeEach(() => {
  counter += 1;
  sent = [];
  laterMs = 0;
  sessionId = `ses_test${String(counter).padStart(22, '0')}`;
  path = `/hook-${counter}`;
  receiver.answer = () => ({ status: 200, body: 'thank you' });
});

const now = () => Date.now() + laterMs;

const makePorts = (more: Partial<DeliverPorts> = {}) => makeDeliverPorts({ side, agent, now, sent }, more);

/** An event on its way to one webhook of the receiver. */
async function prepare(more: Partial<Webhook> = {}): Promise<{ task: DeliveryTask; webhook: Webhook }> {
  const { webhook, secret } = await side.addWebhook(receiver.url(path), { scope: sessionId, ...more });
  receiver.trust(path, secret);
  return { task: await fanOut('one'), webhook };
}

async function fanOut(cause: string): Promise<DeliveryTask> {
  const dynamodb = side.aws.clients.document;
  const tableName = side.aws.tables.deliveries;
  const tasks: TaskToSend[] = [];
  await fanOutEvents([side.envelope(cause, { sessionId, data: { text: `${cause} 👩‍👩‍👧‍👦 \u2028` } })], {
    recorder: createEventRecorder({ dynamodb, tableName, usageTableName: side.aws.tables.control }),
    webhooks: createWebhookReader({ dynamodb, tableName: side.aws.tables.control }),
    deliveries: createDeliveryRepository({ dynamodb, tableName }),
    turns: createTurnRepository({ dynamodb, tableName }),
    sendTasks: async (more) => {
      tasks.push(...more);
    },
    now,
  });
  // Without the carried body, so that these tests read the stored one; `carries its body` shows the other way.
  const { body: _body, ...task } = tasks[0]!.task;
  return task;
}

async function rowOf({ tenantId, deliveryId }: DeliveryTask): Promise<Delivery & { duePk?: string; dueSk?: string }> {
  const Key = tableKeys.delivery(tenantId, deliveryId);
  const TableName = side.aws.tables.deliveries;
  const { Item } = await side.aws.clients.document.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item as Delivery;
}

describe('a delivery that works', () => {
  it('arrives signed, as the stored bytes, and is written down', async () => {
    const { task } = await prepare();
    expect(await deliverTask(task, makePorts())).toMatchObject({
      kind: 'attempted',
      attempt: 1,
      state: 'succeeded',
      statusCode: 200,
    });
    const [call, ...others] = receiver.callsTo(path);
    expect(others).toEqual([]);
    expect(call).toMatchObject({ isVerified: true, body: (await side.storedBodies(sessionId))[0] });
    const row = await rowOf(task);
    expect(call?.headers).toMatchObject({
      'webhook-id': row.eventId,
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Wharf\//),
      'x-wharf-delivery-id': task.deliveryId,
    });
    expect(row).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(row).not.toHaveProperty('leaseId');
    expect(await side.attempts(task.deliveryId)).toMatchObject([
      { attempt: 1, statusCode: 200, responseHead: 'thank you', durationMs: expect.any(Number) },
    ]);
    expect(sent).toEqual([]);
  });

  it('does not happen twice: a task that comes again finds its try made', async () => {
    const { task } = await prepare();
    await deliverTask(task, makePorts());
    expect(await deliverTask(task, makePorts())).toEqual({ kind: 'dropped', reason: 'ended' });
    expect(receiver.callsTo(path)).toHaveLength(1);
  });

  it('happens once when the task is there twice at the same moment', async () => {
    const { task } = await prepare();
    const outcomes = await Promise.allSettled([deliverTask(task, makePorts()), deliverTask(task, makePorts())]);
    expect(
      outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value.kind === 'attempted'),
    ).toHaveLength(1);
    expect(receiver.callsTo(path)).toHaveLength(1);
  });

  it.each([
    ['a number beyond 2^53', '{"data":{"n":9007199254740993123456789}}'],
    ['line separators and emoji', '{"data":{"text":"a\u2028b\u2029 👩‍👩‍👧‍👦"}}'],
    ['200 kB', JSON.stringify({ data: { text: 'é'.repeat(99_980) } })],
  ])('sends the very bytes of %s', async (_name, body) => {
    const { task } = await prepare();
    const Item = { ...tableKeys.event(side.tenantId, sessionId, 1), body } satisfies Partial<StoredEvent> & object;
    await side.aws.clients.document.send(new PutCommand({ TableName: side.aws.tables.deliveries, Item }));
    expect(await deliverTask(task, makePorts())).toMatchObject({ state: 'succeeded' });
    expect(receiver.callsTo(path)).toMatchObject([{ isVerified: true, body }]);
  });

  it('is signed by every secret that is still live', async () => {
    const webhookId = 'wh_rotating000000000000000001';
    const [newest, older, ended] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
    const seal = (secret: string) =>
      side.sealer.seal(side.tenantId, Buffer.from(secret), webhookSecretContext(webhookId));
    const createdAt = new Date().toISOString();
    const { task } = await prepare({
      webhookId,
      secrets: [
        { sealed: await seal(newest), createdAt },
        { sealed: await seal(older), createdAt, expiresAt: new Date(Date.now() + 60_000).toISOString() },
        { sealed: await seal(ended), createdAt, expiresAt: new Date(Date.now() - 60_000).toISOString() },
      ],
    });
    receiver.trust(path, older);
    await deliverTask(task, makePorts());
    const [call] = receiver.callsTo(path);
    expect(call?.isVerified).toBe(true);
    expect(String(call?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  });
});

describe('a delivery that fails', () => {
  it('waits, and is made again with the same id, a fresh timestamp and a fresh signature', async () => {
    const { task } = await prepare();
    receiver.answer = () => ({ status: 500, body: 'broken' });
    expect(await deliverTask(task, makePorts())).toMatchObject({ state: 'waiting', statusCode: 500 });
    expect(await rowOf(task)).toMatchObject({
      state: 'waiting',
      attempts: 1,
      dueAt: expect.any(String),
      duePk: expect.stringMatching(/^DUE#\d$/),
    });
    expect(sent).toEqual([{ task: { ...task, attempt: 2, hops: 1 }, delaySeconds: 5, lane: 'fast' }]);
    expect(await deliverTask(task, makePorts())).toEqual({ kind: 'dropped', reason: 'stale' });

    receiver.answer = () => ({ status: 204 });
    laterMs = 5_000;
    expect(await deliverTask(sent[0]!.task, makePorts())).toMatchObject({ attempt: 2, state: 'succeeded' });
    const [first, second] = receiver.callsTo(path);
    expect([first?.isVerified, second?.isVerified]).toEqual([true, true]);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    expect(Number(second?.headers['webhook-timestamp'])).toBeGreaterThan(Number(first?.headers['webhook-timestamp']));
    expect(second?.headers['webhook-signature']).not.toBe(first?.headers['webhook-signature']);
    const row = await rowOf(task);
    expect(row).toMatchObject({ state: 'succeeded', attempts: 2 });
    for (const name of ['dueAt', 'duePk', 'dueSk', 'leaseId']) expect(row).not.toHaveProperty(name);
    expect(await side.attempts(task.deliveryId)).toMatchObject([
      { attempt: 1, statusCode: 500, errorKind: 'http', responseHead: 'broken' },
      { attempt: 2, statusCode: 204 },
    ]);
  });

  it('is given up after ten tries, and only the short waits use the queue', async () => {
    const { task } = await prepare();
    receiver.answer = () => ({ status: 503 });
    for (let attempt = 1; attempt <= 10; attempt++) {
      const { dueAt } = await rowOf(task);
      if (dueAt !== undefined) laterMs = Date.parse(dueAt) - Date.now();
      const result = await deliverTask({ ...task, attempt }, makePorts(), 'slow');
      expect(result).toMatchObject({ attempt, state: attempt === 10 ? 'exhausted' : 'waiting' });
    }
    expect(sent.map(({ delaySeconds }) => delaySeconds)).toEqual([5, 300]);
    expect(await rowOf(task)).toMatchObject({ state: 'exhausted', attempts: 10 });
    expect(await side.attempts(task.deliveryId)).toHaveLength(10);
    const again = await deliverTask({ ...task, attempt: 11 }, makePorts(), 'slow');
    expect(again).toMatchObject({ kind: 'dropped' });
  });

  it('follows no redirect', async () => {
    const { task } = await prepare();
    receiver.answer = () => ({ status: 302, headers: { location: receiver.url('/elsewhere') } });
    expect(await deliverTask(task, makePorts())).toMatchObject({ state: 'waiting', statusCode: 302 });
    expect(receiver.callsTo('/elsewhere')).toEqual([]);
  });

  it('listens to Retry-After within its bounds', async () => {
    const { task } = await prepare();
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    await deliverTask(task, makePorts());
    expect(sent).toMatchObject([{ delaySeconds: 66 }]);
  });

  it('cuts a receiver that never answers', async () => {
    const { task } = await prepare();
    receiver.answer = () => undefined;
    const send: DeliverPorts['send'] = ({ url }, { body, headers }) =>
      guardedRequest(agent, { url, method: 'POST', body, headers, timeoutMs: 100 });
    expect(await deliverTask(task, makePorts({ send }))).toMatchObject({ state: 'waiting', errorKind: 'timeout' });
    expect(sent).toMatchObject([{ delaySeconds: 66 }]);
  });

  it('stays where the guard put it when the URL leads to a private place', async () => {
    const { task } = await prepare({ url: 'http://169.254.169.254/latest' });
    expect(await deliverTask(task, makePorts())).toMatchObject({ state: 'waiting', errorKind: 'blocked' });
    expect(await side.attempts(task.deliveryId)).toMatchObject([{ errorKind: 'blocked' }]);
  });
});

describe('a receiver that wants no more', () => {
  it('switches the webhook off with 410, and what still waits for it', async () => {
    const { task, webhook } = await prepare();
    const next = await fanOut('two');
    receiver.answer = () => ({ status: 410 });
    expect(await deliverTask(task, makePorts())).toMatchObject({ state: 'disabled', statusCode: 410 });
    const Key = tableKeys.webhook(side.tenantId, sessionId, webhook.webhookId);
    const { Item } = await side.aws.clients.document.send(new GetCommand({ TableName: side.aws.tables.control, Key }));
    expect(Item).toMatchObject({ status: 'disabled', disabledReason: 'gone', url: webhook.url });
    expect(await deliverTask(next, makePorts())).toEqual({ kind: 'dropped', reason: 'webhook-off' });
    expect(await rowOf(next)).toMatchObject({ state: 'disabled', attempts: 0 });
    expect(receiver.callsTo(path)).toHaveLength(1);
  });

  it('ends one event with the abort header', async () => {
    const { task } = await prepare();
    receiver.answer = () => ({ status: 500, headers: { 'webhook-delivery': 'abort-message' } });
    expect(await deliverTask(task, makePorts())).toMatchObject({ state: 'aborted' });
    expect(await rowOf(task)).toMatchObject({ state: 'aborted', attempts: 1 });
    expect(sent).toEqual([]);
  });
});

describe('a task that carries its body', () => {
  it('needs no read, and the bytes sent are the stored ones', async () => {
    const { task } = await prepare();
    const body = await createEventBodyReader({
      dynamodb: side.aws.clients.document,
      tableName: side.aws.tables.deliveries,
    })(task);
    const readEventBody = () => Promise.reject(new Error('nothing should be read'));
    expect(await deliverTask({ ...task, body }, makePorts({ readEventBody }))).toMatchObject({ state: 'succeeded' });
    expect(receiver.callsTo(path)).toMatchObject([{ isVerified: true, body }]);
  });
});

describe('a fault of ours', () => {
  it.each<[string, () => Partial<DeliverPorts>]>([
    ['KMS', () => ({ sign: () => Promise.reject(new Error('KMS is away')) })],
    ['DynamoDB', () => ({ readEventBody: () => Promise.reject(new Error('DynamoDB is away')) })],
  ])('in %s counts no try', async (_name, broken) => {
    const { task } = await prepare();
    await expect(deliverTask(task, makePorts(broken()))).rejects.toThrow('is away');
    expect(receiver.callsTo(path)).toEqual([]);
    expect(await side.attempts(task.deliveryId)).toEqual([]);
    expect(await deliverTask(task, makePorts())).toEqual({ kind: 'dropped', reason: 'busy' });
    laterMs = 61_000;
    expect(await deliverTask(task, makePorts())).toMatchObject({ attempt: 1, state: 'succeeded' });
  });

  it('between post and write repeats the post under the same webhook-id', async () => {
    const { task } = await prepare();
    const ports = makePorts();
    const deliveries = { ...ports.deliveries, finish: () => Promise.reject(new Error('killed here')) };
    await expect(deliverTask(task, { ...ports, deliveries })).rejects.toThrow('killed here');
    laterMs = 61_000;
    expect(await deliverTask(task, makePorts())).toMatchObject({ attempt: 1, state: 'succeeded' });
    const [first, second] = receiver.callsTo(path);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.isVerified).toBe(true);
    expect(await side.attempts(task.deliveryId)).toHaveLength(1);
  });

  it('does not let a worker that lost its lease overwrite the one that has it', async () => {
    const { task } = await prepare();
    const slow = makePorts();
    const overtaken = {
      ...slow,
      send: async (...shipment: Parameters<DeliverPorts['send']>) => {
        laterMs = 61_000;
        await deliverTask(task, makePorts());
        return { ...(await slow.send(...shipment)), statusCode: 500 } as never;
      },
    };
    expect(await deliverTask(task, overtaken)).toMatchObject({ isKept: false });
    expect(await rowOf(task)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(sent).toEqual([]);
  });
});
