import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventEnvelope, WebhookBody } from '../../../core/events/event.ts';
import { createUsageRepository } from '../../../core/usage/index.ts';
import { createDeliveryQueue } from '../../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../../core/webhooks/delivery-repository.ts';
import { createTurnRepository } from '../../../core/webhooks/turn-repository.ts';
import { createWebhookReader } from '../../../core/webhooks/webhook-repository.ts';
import { createEventRecorder } from '../../../lambdas/fan-out/event-recorder.ts';
import { type FanOutPorts, fanOutEvents } from '../../../lambdas/fan-out/fan-out-events.ts';
import { EventSide } from '../support/event-side.ts';

let side: EventSide;

beforeAll(async () => {
  side = await EventSide.start();
});

afterAll(async () => {
  await side?.stop();
});

/** A new function instance: nothing remembered. */
function makePorts(more: Partial<FanOutPorts> = {}): FanOutPorts {
  const dynamodb = side.aws.clients.document;
  const tableName = side.aws.tables.deliveries;
  return {
    recorder: createEventRecorder({ dynamodb, tableName, usageTableName: side.aws.tables.control }),
    webhooks: createWebhookReader({ dynamodb, tableName: side.aws.tables.control }),
    deliveries: createDeliveryRepository({ dynamodb, tableName }),
    turns: createTurnRepository({ dynamodb, tableName }),
    sendTasks: createDeliveryQueue({ sqs: side.aws.clients.sqs, queueUrls: side.aws.queues.laneUrls }),
    now: Date.now,
    ...more,
  };
}

async function fanOutEvent(event: EventEnvelope, ports: FanOutPorts) {
  const [result] = await fanOutEvents([event], ports);
  return result;
}

/** Each test has a session of its own. */
let sessionId: string;
let counter = 0;
beforeEach(() => {
  counter += 1;
  sessionId = `ses_test${String(counter).padStart(22, '0')}`;
});

const envelope = (cause: string, more = {}) => side.envelope(cause, { sessionId, ...more });

async function deliveriesOfSession() {
  return (await side.deliveries()).filter((delivery) => delivery.sessionId === sessionId);
}

async function tasksOfSession() {
  return (await side.takeTasks()).filter((task) => task.sessionId === sessionId);
}

const failing = () => Promise.reject(new Error('killed here'));

describe('fanning out an event', () => {
  it('gives one sequence, one body, one row and one task, however often the event comes', async () => {
    const { webhook } = await side.addWebhook('https://example.com/', { scope: sessionId });
    const event = envelope('one', { type: 'status.change', status: 'connected', data: { previous: 'connecting' } });
    const ports = makePorts();
    expect(await fanOutEvent(event, ports)).toMatchObject({ sequence: 1, kind: 'fanned-out', deliveries: 1 });
    const [task, ...moreTasks] = await tasksOfSession();
    expect(moreTasks).toEqual([]);
    const deliveries = createDeliveryRepository({
      dynamodb: side.aws.clients.document,
      tableName: side.aws.tables.deliveries,
    });
    expect(await deliveries.claim(task!)).toMatchObject({ kind: 'claimed' });
    expect(await fanOutEvent(event, ports)).toMatchObject({ sequence: 1, kind: 'repeated', deliveries: 0 });
    expect(await fanOutEvent(event, makePorts())).toMatchObject({ sequence: 1, kind: 'repeated', deliveries: 0 });
    expect(await tasksOfSession()).toEqual([]);

    const bodies = await side.storedBodies(sessionId);
    expect(bodies.map((body) => JSON.parse(body))).toEqual([
      {
        id: event.id,
        type: 'status.change',
        event: 'status.change',
        apiVersion: '2026-11-01',
        timestamp: event.timestamp,
        sessionId,
        sequence: 1,
        metadata: { customer: 'abc' },
        data: { previous: 'connecting' },
        status: 'connected',
      } satisfies WebhookBody,
    ]);
    const [delivery, ...others] = await deliveriesOfSession();
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({ webhookId: webhook.webhookId, eventId: event.id, state: 'sending', attempts: 0 });
    expect(task).toEqual({
      version: 1,
      tenantId: side.tenantId,
      deliveryId: delivery?.deliveryId,
      webhookId: webhook.webhookId,
      scope: sessionId,
      sessionId,
      sequence: 1,
      attempt: 1,
      body: bodies[0],
    });
  });

  it('takes a batch in its order, repeats among it included, and gives it consecutive sequences', async () => {
    await side.addWebhook('https://example.com/', { scope: sessionId });
    const ports = makePorts();
    await fanOutEvents([envelope('a'), envelope('b')], ports);
    const results = await fanOutEvents(
      ['b', 'c', 'a', 'd', 'd'].map((cause) => envelope(cause)),
      ports,
    );
    expect(results.map(({ sequence, kind }) => [sequence, kind])).toEqual([
      [2, 'resumed'],
      [3, 'fanned-out'],
      [1, 'resumed'],
      [4, 'fanned-out'],
    ]);
    const bodies = (await side.storedBodies(sessionId)).map((body) => JSON.parse(body));
    expect(bodies.map((body) => [body.sequence, body.id])).toEqual(
      ['a', 'b', 'c', 'd'].map((cause, index) => [index + 1, envelope(cause).id]),
    );
    expect(await deliveriesOfSession()).toHaveLength(4);
  });

  it('carries a text with characters that SQS refuses as they are, and the stored bytes stay the sent ones', async () => {
    await side.addWebhook('https://example.com/', { scope: sessionId });
    const text = 'before \ufffe between \uffff after';
    expect(await fanOutEvent(envelope('x', { data: { text } }), makePorts())).toMatchObject({ deliveries: 1 });
    const [task] = await tasksOfSession();
    expect([task?.body]).toEqual(await side.storedBodies(sessionId));
    expect(JSON.parse(task?.body ?? '').data.text).toBe(text);
  });

  it('does not bring a repeated event to a webhook that was made after it', async () => {
    const { webhook } = await side.addWebhook('https://old.example/', {
      scope: sessionId,
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    await fanOutEvent(envelope('x'), makePorts());
    await side.addWebhook('https://new.example/', { scope: sessionId, createdAt: '2999-01-01T00:00:00.000Z' });
    await fanOutEvent(envelope('x'), makePorts());
    expect((await deliveriesOfSession()).map((delivery) => delivery.webhookId)).toEqual([webhook.webhookId]);
  });

  it.each([
    ['before the rows', { deliveries: { insertAll: failing, insertMissing: failing } }],
    ['between rows and tasks', { sendTasks: failing }],
  ])('resumes under the same sequence when it was killed %s', async (_where, broken) => {
    await side.addWebhook('https://example.com/', { scope: sessionId });
    await fanOutEvent(envelope('earlier'), makePorts());
    await expect(fanOutEvent(envelope('broken'), makePorts(broken))).rejects.toThrow('killed here');
    expect(await fanOutEvent(envelope('broken'), makePorts())).toMatchObject({
      sequence: 2,
      kind: 'resumed',
      deliveries: 1,
    });
    expect(await fanOutEvent(envelope('later'), makePorts())).toMatchObject({ sequence: 3 });
    expect(await side.storedBodies(sessionId)).toHaveLength(3);
    expect((await deliveriesOfSession()).map((delivery) => delivery.sequence).sort()).toEqual([1, 2, 3]);
    expect(new Set((await tasksOfSession()).map((task) => task.deliveryId)).size).toBe(3);
  });

  it('leaves a row that is under way alone when the event comes again', async () => {
    await side.addWebhook('https://example.com/', { scope: sessionId });
    await fanOutEvent(envelope('x'), makePorts());
    const [task] = await tasksOfSession();
    expect(
      await createDeliveryRepository({
        dynamodb: side.aws.clients.document,
        tableName: side.aws.tables.deliveries,
      }).claim(task!),
    ).toMatchObject({ kind: 'claimed' });
    expect(await fanOutEvent(envelope('x'), makePorts())).toMatchObject({ kind: 'repeated' });
    expect(await deliveriesOfSession()).toMatchObject([{ state: 'sending' }]);
  });

  it('counts without holes when many instances take many events at once', async () => {
    const events = Array.from({ length: 24 }, (_, index) => envelope(`race ${index}`));
    const instances = [makePorts(), makePorts(), makePorts()];
    // Only the FIFO group keeps instances apart; without it some give up, and the retry by the queue is a second call.
    await Promise.all(
      events.map(async (event, index) => {
        for (;;) {
          try {
            return await fanOutEvent(event, instances[index % 3] ?? makePorts());
          } catch (error) {
            expect((error as Error).message).toContain('kept moving');
          }
        }
      }),
    );
    const sequences = (await side.storedBodies(sessionId)).map((body) => JSON.parse(body).sequence);
    expect(sequences).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  });

  it('takes webhooks of the session and of the account that are on and subscribed, and no others', async () => {
    const wanted = [
      await side.addWebhook('https://a.example/', { scope: sessionId }),
      await side.addWebhook('https://b.example/', { scope: sessionId, events: ['message.*'] }),
      await side.addWebhook('https://c.example/', { scope: '*', events: ['message.received'] }),
    ];
    await side.addWebhook('https://d.example/', { scope: sessionId, events: ['status.change'] });
    await side.addWebhook('https://e.example/', { scope: sessionId, status: 'disabled' });
    await side.addWebhook('https://f.example/', { scope: `${sessionId}0` });
    await fanOutEvent(envelope('x'), makePorts());
    const webhookIds = (await deliveriesOfSession()).map((delivery) => delivery.webhookId);
    expect(webhookIds.sort()).toEqual(wanted.map(({ webhook }) => webhook.webhookId).sort());
  });

  it('stores and counts an event that nobody wants, and sees a webhook made right after', async () => {
    const ports = makePorts();
    const type = 'call.received' as const;
    expect(await fanOutEvent(envelope('a', { type }), ports)).toMatchObject({ sequence: 1, deliveries: 0 });
    await side.addWebhook('https://example.com/', { scope: sessionId });
    expect(await fanOutEvent(envelope('b', { type }), ports)).toMatchObject({ sequence: 2, deliveries: 1 });
  });

  it('writes 20 endpoints with one batch call and two queue calls, and loses none when a part of either fails', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        side.addWebhook(`https://r${index}.example/`, { scope: sessionId, events: ['group.updated'] }),
      ),
    );
    const calls = { batches: 0, sends: 0 };
    const faults = { unprocessed: 0, refused: 0 };
    const dynamodb = side.aws.clients.document;
    const spoilt = new Proxy(dynamodb, {
      get: (target, name) => {
        if (name !== 'send') return Reflect.get(target, name);
        return async (command: unknown) => {
          if (!(command instanceof BatchWriteCommand)) return target.send(command as never);
          calls.batches += 1;
          if (faults.unprocessed-- <= 0) return target.send(command);
          const requests = command.input.RequestItems?.[side.aws.tables.deliveries] ?? [];
          const RequestItems = { [side.aws.tables.deliveries]: requests.slice(0, 15) };
          await target.send(new BatchWriteCommand({ RequestItems }));
          return { UnprocessedItems: { [side.aws.tables.deliveries]: requests.slice(15) } };
        };
      },
    }) as DynamoDBDocumentClient;
    const sqs = {
      send: async (command: SendMessageBatchCommand) => {
        calls.sends += 1;
        if (faults.refused-- <= 0) return side.aws.clients.sqs.send(command);
        const [first, ...Entries] = command.input.Entries ?? [];
        if (Entries.length > 0) {
          await side.aws.clients.sqs.send(new SendMessageBatchCommand({ ...command.input, Entries }));
        }
        return { Failed: [{ Id: first?.Id, Code: 'InternalError', SenderFault: false }] };
      },
    };
    const type = 'group.updated' as const;
    const ports = makePorts({
      deliveries: createDeliveryRepository({ dynamodb: spoilt, tableName: side.aws.tables.deliveries }),
      sendTasks: createDeliveryQueue({ sqs: sqs as never, queueUrls: side.aws.queues.laneUrls }),
    });
    await fanOutEvent(envelope('whole', { type }), ports);
    expect(calls).toEqual({ batches: 1, sends: 2 });
    Object.assign(faults, { unprocessed: 2, refused: 3 });
    await fanOutEvent(envelope('in parts', { type }), ports);
    const deliveries = (await deliveriesOfSession()).filter((delivery) => delivery.sequence === 2);
    expect(deliveries).toHaveLength(20);
    const tasks = (await tasksOfSession()).filter((task) => task.sequence === 2);
    expect(new Set(tasks.map((task) => task.deliveryId))).toEqual(
      new Set(deliveries.map(({ deliveryId }) => deliveryId)),
    );
  });
});

describe('the usage of a session', () => {
  const monthNow = () => new Date().toISOString().slice(0, 7);
  let from: string;
  beforeEach(() => {
    from = monthNow();
  });
  const usage = async () => {
    const repository = createUsageRepository({
      dynamodb: side.aws.clients.document,
      tableName: side.aws.tables.control,
    });
    // Two months, when one ends in the middle of a test.
    const months = (await repository.read(side.tenantId, { by: 'month', from, to: monthNow() }, sessionId)) ?? [];
    const sum = (name: 'sent' | 'received' | 'connections') => months.reduce((total, month) => total + month[name], 0);
    return { sent: sum('sent'), received: sum('received'), connections: sum('connections') };
  };

  it('counts what was sent by the API, received and connected, and not what the owner typed on the phone', async () => {
    const batch = [
      envelope('connected', { type: 'status.change', status: 'connected', data: {} }),
      envelope('sent', { type: 'message.sent', data: { source: 'api' } }),
      envelope('typed', { type: 'message.sent', data: { source: 'phone' } }),
      envelope('received'),
      envelope('another'),
      envelope('read', { type: 'message.status', data: {} }),
    ];
    await fanOutEvents(batch, makePorts());
    expect(await usage()).toEqual({ sent: 1, received: 2, connections: 1 });
  });

  it('counts an event once, however often it comes and wherever its fan-out was killed', async () => {
    const [one, two] = [envelope('one'), envelope('two')];
    await expect(
      fanOutEvents([one], makePorts({ webhooks: { ...makePorts().webhooks, ofSession: failing } })),
    ).rejects.toThrow('killed');
    await fanOutEvents([one, two], makePorts());
    await Promise.all([fanOutEvents([two, one], makePorts()), fanOutEvents([one, two, two], makePorts())]);
    expect(await usage()).toEqual({ sent: 0, received: 2, connections: 0 });
  });
});
