import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventEnvelope } from '../../../core/events/event.ts';
import { derivedId } from '../../../core/ids.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import type { Delivery, DeliveryAttempt, DeliveryTask } from '../../../core/webhooks/delivery.ts';
import { createDeliveryRepository } from '../../../core/webhooks/delivery-repository.ts';
import type { DeliveryState } from '../../../core/webhooks/delivery-state.ts';
import { type Answer, expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

const url = 'http://127.0.0.1:4000/hook';
const daySeconds = 86_400;

describe('what became of events', () => {
  let api: TestApi;
  let account: TestAccount;
  let sessionId: string;
  let webhookId: string;

  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    api.call(method, path, { key: account.key, ...(body === undefined ? {} : { body }) });
  const table = () => ({ dynamodb: api.aws.clients.document, tableName: api.aws.tables.deliveries });
  const repository = () => createDeliveryRepository(table());
  /** Deliveries a second apart, the oldest first. */
  const insert = async (count: number, more: (index: number) => Partial<Delivery> = () => ({})) => {
    const startMs = Date.now() - count * 1_000;
    const rows = Array.from({ length: count }, (_, index): Delivery => {
      const createdAt = new Date(startMs + index * 1_000).toISOString();
      const eventId = derivedId('evt', [webhookId, String(index)]);
      return {
        tenantId: account.userId,
        deliveryId: derivedId('dlv', [account.userId, eventId, webhookId]),
        webhookId,
        sessionId,
        scope: sessionId,
        eventId,
        eventType: 'message.received',
        sequence: index + 1,
        state: 'exhausted' as DeliveryState,
        attempts: 10,
        createdAt,
        updatedAt: createdAt,
        expiresAtSeconds: Math.floor(Date.now() / 1_000) + daySeconds,
        ...more(index),
      };
    });
    await repository().insertAll(rows);
    return rows;
  };
  const tasks = async (queueUrl: string): Promise<DeliveryTask[]> => {
    const taken: DeliveryTask[] = [];
    for (;;) {
      const { Messages = [] } = await api.aws.clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
      );
      if (Messages.length === 0) return taken.filter((task) => task.webhookId === webhookId);
      taken.push(...Messages.map(({ Body }) => JSON.parse(Body ?? '')));
    }
  };

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    account = await api.newAccount();
    const made = await call('POST', '/sessions', { name: 'S', webhook: { url, events: ['*'] } });
    ({
      sessionId,
      webhook: { id: webhookId },
    } = made.body.data);
  });

  it('lists deliveries newest first, by page, status, type and time', async () => {
    const rows = await insert(30, (index) => ({
      state: index % 3 === 0 ? 'succeeded' : 'exhausted',
      eventType: index % 2 === 0 ? 'message.received' : 'status.change',
    }));
    const expired = { expiresAtSeconds: Math.floor(Date.now() / 1_000) - 1 };
    await repository().insertAll([{ ...rows[0]!, deliveryId: derivedId('dlv', ['expired']), ...expired }]);
    const list = async (query: string) => {
      const seen: string[] = [];
      let cursor = '';
      for (let page = 0; page < 20; page++) {
        const answer = await call('GET', `/webhooks/${webhookId}/deliveries?${query}${cursor}`);
        expect(answer.status, JSON.stringify(answer.body)).toBe(200);
        seen.push(...answer.body.data.map(({ id }: { id: string }) => id));
        if (!answer.body.pagination.hasMore) return seen;
        cursor = `&cursor=${answer.body.pagination.nextCursor}`;
      }
      throw new Error('The list does not end.');
    };
    const ids = (chosen: readonly Delivery[]) => chosen.map(({ deliveryId }) => deliveryId).reverse();
    expect(await list('limit=7')).toEqual(ids(rows));
    expect(await list('limit=4&status=succeeded')).toEqual(ids(rows.filter(({ state }) => state === 'succeeded')));
    expect(await list('type=status.change')).toEqual(
      ids(rows.filter(({ eventType }) => eventType === 'status.change')),
    );
    expect(await list('type=message.*&limit=3')).toEqual(
      ids(rows.filter(({ eventType }) => eventType !== 'status.change')),
    );
    expect(await list('type=*')).toEqual(ids(rows));
    const window = `since=${encodeURIComponent(rows[5]!.createdAt)}&until=${encodeURIComponent(rows[9]!.createdAt)}`;
    expect(await list(window)).toEqual(ids(rows.slice(5, 10)));
    const page = await call('GET', `/webhooks/${webhookId}/deliveries?limit=2`);
    const other = `/webhooks/${webhookId}/deliveries?status=succeeded&cursor=${page.body.pagination.nextCursor}`;
    expectProblem(await call('GET', other), 400, 'CURSOR_INVALID');
  });

  it('shows one delivery and each attempt at it', async () => {
    const [row] = await insert(1, () => ({ requestId: 'req_1', state: 'waiting', dueAt: '2099-01-01T00:00:00.000Z' }));
    const { tenantId, deliveryId, eventId, eventType, expiresAtSeconds } = row!;
    const attempt = (number: number, more: Partial<DeliveryAttempt>): DeliveryAttempt => ({
      tenantId,
      webhookId,
      deliveryId,
      sessionId,
      eventId,
      eventType,
      attempt: number,
      startedAt: new Date().toISOString(),
      durationMs: 20,
      outcome: '5xx',
      expiresAtSeconds,
      ...more,
    });
    await repository().writeAttempts([
      attempt(1, {
        statusCode: 503,
        errorKind: 'http',
        responseHead: 'busy',
        phases: { dnsMs: 1, connectMs: 2, ttfbMs: 3 },
      }),
      attempt(2, {
        outcome: 'no-answer',
        errorKind: 'timeout',
        errorMessage: 'No answer came in time.',
        isManual: true,
      }),
    ]);
    const path = `/webhooks/${webhookId}/deliveries/${deliveryId}`;
    expect((await call('GET', path)).body.data).toMatchObject({
      id: deliveryId,
      eventId,
      type: eventType,
      status: 'waiting',
      nextAttemptAt: '2099-01-01T00:00:00.000Z',
      requestId: 'req_1',
    });
    const attempts = await call('GET', `${path}/attempts`);
    expect(attempts.body.data).toMatchObject([
      {
        attempt: 1,
        statusCode: 503,
        outcome: '5xx',
        response: 'busy',
        phases: { dnsMs: 1, connectMs: 2, tlsMs: null, ttfbMs: 3 },
      },
      { attempt: 2, statusCode: null, outcome: 'no-answer', errorKind: 'timeout', isManual: true, response: null },
    ]);
    const stats = await call('GET', `/webhooks/${webhookId}/stats`);
    expect(stats.body.data).toMatchObject({
      attempts: 2,
      succeeded: 0,
      successRate: 0,
      p50Ms: 20,
      p95Ms: 20,
      outcomes: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 1, 'no-answer': 1 },
      isComplete: true,
    });
    const other = await call('POST', '/webhooks', { url, events: ['*'] });
    expectProblem(await call('GET', path.replace(webhookId, other.body.data.id)), 404, 'NOT_FOUND');
  });

  describe('sending again', () => {
    const resend = (deliveryId: string) => call('POST', `/webhooks/${webhookId}/deliveries/${deliveryId}/resend`);

    it('puts the same row back, in place of a try that waits', async () => {
      const [ended, waiting] = await insert(2, (index) =>
        index === 0 ? {} : { state: 'waiting', attempts: 3, dueAt: '2099-01-01T00:00:00.000Z' },
      );
      for (const [row, attempt] of [
        [ended!, 11],
        [waiting!, 4],
      ] as const) {
        const answer = await resend(row.deliveryId);
        expect(answer.status, JSON.stringify(answer.body)).toBe(202);
        expect(answer.body.data).toMatchObject({ id: row.deliveryId, eventId: row.eventId, status: 'waiting' });
        expect(Date.parse(answer.body.data.nextAttemptAt)).toBeLessThanOrEqual(Date.now());
        expect(await tasks(api.aws.queues.slowDeliveriesUrl)).toEqual([
          expect.objectContaining({ deliveryId: row.deliveryId, attempt, isReplay: true, scope: sessionId }),
        ]);
      }
      expect((await call('GET', `/webhooks/${webhookId}/deliveries`)).body.data).toHaveLength(2);
    });

    it('refuses what is under way, and a webhook that is off', async () => {
      const [sending, pending, ended] = await insert(3, (index) => ({
        state: (['sending', 'pending', 'exhausted'] as const)[index]!,
      }));
      expectProblem(await resend(sending!.deliveryId), 409, 'DELIVERY_UNDER_WAY');
      expectProblem(await resend(pending!.deliveryId), 409, 'DELIVERY_UNDER_WAY');
      await call('POST', `/webhooks/${webhookId}/disable`);
      expectProblem(await resend(ended!.deliveryId), 409, 'WEBHOOK_DISABLED');
      expectProblem(await call('POST', `/webhooks/${webhookId}/test`), 409, 'WEBHOOK_DISABLED');
      const window = { since: new Date(0).toISOString() };
      expectProblem(await call('POST', `/webhooks/${webhookId}/recover`, window), 409, 'WEBHOOK_DISABLED');
    });
  });

  it('sends a test to this webhook alone, by the way of every event', async () => {
    const answer = await call('POST', `/webhooks/${webhookId}/test`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    const { Messages = [] } = await api.aws.clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: api.aws.queues.eventsUrl, MaxNumberOfMessages: 10 }),
    );
    const events = Messages.map(({ Body }) => JSON.parse(Body ?? '') as EventEnvelope);
    expect(events.find(({ id }) => id === answer.body.data.eventId)).toMatchObject({
      type: 'webhook.test',
      tenantId: account.userId,
      sessionId,
      webhookId,
      data: { webhookId },
    });
    const empty = await api.newAccount();
    const made = await api.call('POST', '/webhooks', { key: empty.key, body: { url, events: ['*'] } });
    const refused = await api.call('POST', `/webhooks/${made.body.data.id}/test`, { key: empty.key });
    expectProblem(refused, 409, 'NO_SESSION');
  });

  describe('reading events back', () => {
    const bodyOf = (sequence: number, text = 'x') =>
      `{"id":"evt_${sequence}","type":"message.received","event":"message.received","apiVersion":"2026-11-01","timestamp":"2026-11-22T09:30:00.000Z","sessionId":"${sessionId}","sequence":${sequence},"metadata":{},"data":{"text":"${text}","number":9007199254740993}}`;
    const store = async (
      sequence: number,
      body: string,
      expiresAtSeconds = Math.floor(Date.now() / 1_000) + daySeconds,
    ) => {
      const Item = {
        ...tableKeys.event(account.userId, sessionId, sequence),
        sequence,
        body,
        expiresAtSeconds,
      };
      await api.aws.clients.document.send(new PutCommand({ TableName: api.aws.tables.deliveries, Item }));
    };
    const read = (query: string) => call('GET', `/sessions/${sessionId}/events?${query}`);
    const sequences = (answer: Answer) => answer.body.data.map(({ sequence }: { sequence: number }) => sequence);

    it('gives the very bytes that webhooks get, in order, by page', async () => {
      const text = '👩‍👩‍👧 \u2028';
      for (let sequence = 1; sequence <= 12; sequence++) await store(sequence, bodyOf(sequence, text));
      await store(3, bodyOf(3), 1);
      const first = await read('limit=5');
      expect(sequences(first)).toEqual([1, 2, 4, 5, 6]);
      expect(first.body.pagination).toEqual({ nextCursor: '6', hasMore: true });
      expect(first.raw.body).toContain(bodyOf(2, text));
      expect(first.raw.body).toContain('9007199254740993');
      const second = await read('after=6&limit=100');
      expect(sequences(second)).toEqual([7, 8, 9, 10, 11, 12]);
      expect(second.body.pagination).toEqual({ nextCursor: null, hasMore: false });
      expect((await read('after=12')).body.data).toEqual([]);
    });

    it('never answers more than a function may', async () => {
      for (let sequence = 1; sequence <= 25; sequence++) await store(sequence, bodyOf(sequence, 'x'.repeat(199_000)));
      const first = await read('limit=100');
      expect(first.raw.body!.length).toBeLessThan(4_200_000);
      expect(first.body.pagination.hasMore).toBe(true);
      const rest = await read(`limit=100&after=${first.body.pagination.nextCursor}`);
      expect([...sequences(first), ...sequences(rest)]).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    });

    it('waits for the next event', async () => {
      const waiting = read('after=0&wait=20');
      await store(1, bodyOf(1));
      expect(sequences(await waiting)).toEqual([1]);
    });
  });

  describe('recovering a window', () => {
    it('sends what failed once more, oldest first and a tenth of a second apart', async () => {
      const rows = await insert(60, (index) => ({
        state: index % 4 === 0 ? 'succeeded' : index % 4 === 1 ? 'disabled' : 'exhausted',
      }));
      const failed = rows.filter(({ state }) => state !== 'succeeded');
      const answer = await call('POST', `/webhooks/${webhookId}/recover`, { since: rows[0]!.createdAt });
      expect(answer.status, JSON.stringify(answer.body)).toBe(202);
      expect(answer.body.data).toMatchObject({ status: 'done', progress: 1, scanned: 60, recovered: 45 });
      const { data: waiting } = (await call('GET', `/webhooks/${webhookId}/deliveries?status=waiting&limit=100`)).body;
      expect(waiting.map(({ id }: { id: string }) => id).reverse()).toEqual(failed.map(({ deliveryId }) => deliveryId));
      const due = waiting.map(({ nextAttemptAt }: { nextAttemptAt: string }) => Date.parse(nextAttemptAt)).reverse();
      for (const [index, at] of due.entries()) expect(at - due[0]).toBe(index * 100);
      const read = await call('GET', `/webhooks/${webhookId}/recover/${answer.body.data.id}`);
      expect(read.body.data).toEqual(answer.body.data);
    });
  });
});
