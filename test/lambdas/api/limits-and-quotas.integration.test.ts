import { DeleteMessageCommand, type Message as QueueMessage, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { environmentNames } from '../../../core/environment.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { type Answer, expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

const plans = {
  small: {
    sessions: 10,
    messagesPerDay: 10,
    requestsPerMinute: 1_000,
    sendsPerMinute: 100,
    webhooksPerSession: 2,
    retentionDays: 7,
  },
  slow: {
    sessions: 5,
    messagesPerDay: 100,
    requestsPerMinute: 6,
    sendsPerMinute: 3,
    webhooksPerSession: 2,
    retentionDays: 7,
  },
};

describe('limits, quotas and repeated requests', () => {
  let api: TestApi;
  let account: TestAccount;

  beforeAll(async () => {
    // Before the handlers are loaded, which take the clock that they find. It stands still, so that no bucket grows a token back, no
    // day ends and no repeat has waited long enough in the middle of a test, however slow the machine is.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T10:00:00Z') });
    api = await startTestApi({
      [environmentNames.plans]: JSON.stringify(plans),
      [environmentNames.defaultPlan]: 'small',
    });
  });

  afterAll(async () => {
    vi.useRealTimers();
    await api?.stop();
  });

  beforeEach(async () => {
    account = await api.newAccount();
  });

  const document = () => api.aws.clients.document;
  const create = (body: object = {}, headers = {}): Promise<Answer> =>
    api.call('POST', '/sessions', { key: account.key, body: { name: 'Client ABC', ...body }, headers });
  const setPlan = async (plan: string): Promise<TestAccount> => {
    // Before the account's first request with a key, so that no function remembers the plan it had.
    await document().send(
      new UpdateCommand({
        TableName: api.aws.tables.control,
        Key: tableKeys.user(account.userId),
        UpdateExpression: 'SET #plan = :plan',
        ExpressionAttributeNames: { '#plan': 'plan' },
        ExpressionAttributeValues: { ':plan': plan },
      }),
    );
    return account;
  };
  /** A session that can send. */
  const connected = async (): Promise<{ sessionId: string; apiKey: string }> => {
    const { sessionId, apiKey } = (await create()).body.data;
    await document().send(
      new UpdateCommand({
        TableName: api.aws.tables.control,
        Key: tableKeys.session(account.userId, sessionId),
        UpdateExpression: 'SET #status = :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': 'connected' },
      }),
    );
    return { sessionId, apiKey };
  };
  const send = (sessionId: string, text = 'hi', headers = {}): Promise<Answer> =>
    api.call('POST', `/sessions/${sessionId}/messages`, {
      key: account.key,
      body: { to: '+4915112345678', text },
      headers,
    });
  const rows = async (tableName: string, key: { pk: string; sk: string }) => {
    const { Items = [] } = await document().send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': key.pk, ':sk': key.sk },
        ConsistentRead: true,
      }),
    );
    return Items;
  };
  const take = async (urls: readonly string[]): Promise<QueueMessage[]> => {
    const taken: QueueMessage[] = [];
    for (const QueueUrl of urls) {
      for (;;) {
        const { Messages = [] } = await api.aws.clients.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) break;
        taken.push(...Messages);
        for (const { ReceiptHandle } of Messages) {
          await api.aws.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
    }
    return taken;
  };
  const bodies = (messages: readonly QueueMessage[]) => messages.map(({ Body = '' }) => JSON.parse(Body));
  const quotaEvents = async () =>
    bodies(await take([api.aws.queues.eventsUrl])).filter((event) => event.tenantId === account.userId);
  const used = async (name: string) =>
    (await rows(api.aws.tables.control, tableKeys.quota(account.userId, name)))[0]?.used ?? 0;

  describe('sessions of a plan', () => {
    it('leaves exactly 10 of 50 that are created at once', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => create()));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
      const refused = answers.filter(({ status }) => status !== 201);
      for (const answer of refused) expectProblem(answer, 403, 'QUOTA_SESSIONS_EXCEEDED');
      expect(refused[0]?.body).toMatchObject({ limit: 10, used: 10, resetsAt: null });
      expect(await rows(api.aws.tables.control, tableKeys.session(account.userId, ''))).toHaveLength(10);
      expect(await used('SESSIONS')).toBe(10);
      const types = (await quotaEvents()).map(({ type }) => type);
      expect([...new Set(types)].sort()).toEqual(['quota.exceeded', 'quota.warning']);
    });

    it('gives the place of a deleted session to the next, once', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => create()));
      const [first] = answers.map(({ body }) => body.data.sessionId);
      const remove = () => api.call('DELETE', `/sessions/${first}`, { key: account.key });
      await Promise.all(Array.from({ length: 10 }, remove));
      expect(await used('SESSIONS')).toBe(9);
      expect((await create()).status).toBe(201);
      expectProblem(await create(), 403, 'QUOTA_SESSIONS_EXCEEDED');
    });

    it('counts the webhook of a session, and forgets the count with the session', async () => {
      const { data } = (await create({ webhook: { url: 'http://127.0.0.1:4000/hook', events: ['*'] } })).body;
      expect(await used(`WEBHOOKS#${data.sessionId}`)).toBe(1);
      await api.call('DELETE', `/sessions/${data.sessionId}`, { key: account.key });
      expect(await rows(api.aws.tables.control, tableKeys.quota(account.userId, 'WEBHOOKS#'))).toEqual([]);
    });
  });

  describe('messages of a day', () => {
    it('admits exactly as many as the plan allows to 30 senders at once, and tells of 80 % and of all', async () => {
      const { sessionId } = await connected();
      const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => send(sessionId, `text ${index}`)));
      expect(answers.filter(({ status }) => status === 202)).toHaveLength(10);
      const refused = answers.find(({ status }) => status !== 202) as Answer;
      expectProblem(refused, 429, 'QUOTA_MESSAGES_EXCEEDED');
      expect(refused.body).toMatchObject({ limit: 10, used: 10, resetsAt: expect.stringMatching(/T00:00:00.000Z$/) });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect(await rows(api.aws.tables.messages, tableKeys.message(account.userId, sessionId, ''))).toHaveLength(10);
      expect(await quotaEvents()).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ type: 'quota.warning', sessionId, data: expect.objectContaining({ used: 8 }) }),
          expect.objectContaining({ type: 'quota.exceeded', sessionId, data: expect.objectContaining({ used: 10 }) }),
        ]),
      );
    });

    it('counts nothing that was refused', async () => {
      const { sessionId } = await connected();
      const day = new Date().toISOString().slice(0, 10);
      const refused = await api.call('POST', `/sessions/${sessionId}/messages`, {
        key: account.key,
        body: { to: 'nobody', text: 'hi' },
      });
      expectProblem(refused, 422, 'RECIPIENT_INVALID');
      expect(await used(`MESSAGES#${day}`)).toBe(0);
    });
  });

  describe('the rate of requests', () => {
    it('is told with every answer to a known caller, and refused ones say when to come again', async () => {
      await setPlan('slow');
      const get = () => api.call('GET', '/webhooks', { key: account.key });
      const first = await get();
      expect(first.headers).toMatchObject({
        'ratelimit-policy': '"requests";q=6;w=60',
        ratelimit: expect.stringMatching(/^"requests";r=5;t=\d+$/),
        'x-ratelimit-limit': '6',
        'x-ratelimit-remaining': '5',
      });
      const answers = await Promise.all(Array.from({ length: 12 }, get));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
      const refused = answers.find(({ status }) => status === 429) as Answer;
      expectProblem(refused, 429, 'TOO_MANY_REQUESTS');
      expect(refused.headers).toMatchObject({
        'x-ratelimit-remaining': '0',
        'retry-after': expect.stringMatching(/^\d+$/),
      });
      expect(refused.body).toMatchObject({ limit: 6, retryAfterSeconds: Number(refused.headers['retry-after']) });
    });

    it('counts answers that are errors too, and shows no limit to callers it does not know', async () => {
      const missing = await api.call('GET', '/sessions/ses_01k00000000000000000000000', { key: account.key });
      expectProblem(missing, 404, 'NOT_FOUND');
      expect(missing.headers.ratelimit).toBeDefined();
      const unknown = await api.call('GET', '/sessions');
      expectProblem(unknown, 401, 'CREDENTIAL_MISSING');
      expect(unknown.headers.ratelimit).toBeUndefined();
      expect((await api.call('GET', '/health')).headers.ratelimit).toBeUndefined();
    });

    it('is one for all keys of a session, and another for the account key', async () => {
      await setPlan('slow');
      const { sessionId, apiKey } = await connected();
      const get = (key: string) => api.call('GET', `/sessions/${sessionId}/status`, { key });
      expect((await get(apiKey)).headers['x-ratelimit-remaining']).toBe('5');
      expect((await get(account.key)).headers['x-ratelimit-remaining']).toBe('4');
      expect((await get(apiKey)).headers['x-ratelimit-remaining']).toBe('4');
    });

    it('of sends has a limit of its own for each session', async () => {
      await setPlan('slow');
      const { sessionId, apiKey } = await connected();
      const sendByKey = (key: string) =>
        api.call('POST', `/sessions/${sessionId}/messages`, { key, body: { to: '+4915112345678', text: 'hi' } });
      const answers = [];
      for (const key of [apiKey, account.key, apiKey, apiKey]) answers.push(await sendByKey(key));
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 429]);
      expectProblem(answers[3] as Answer, 429, 'SEND_RATE_EXCEEDED');
      expect(answers[3]?.headers['ratelimit-policy']).toBe('"requests";q=6;w=60, "sends";q=3;w=60');
      expect(answers[3]?.headers['retry-after']).toBeDefined();
    });
  });

  describe('an Idempotency-Key', () => {
    it('makes one message and one command of 50 sends at once, and gives 50 equal bodies', async () => {
      const { sessionId } = await connected();
      await take(api.aws.queues.shardUrls);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => send(sessionId, 'only once', { 'idempotency-key': 'order-7' })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      expect(new Set(answers.map(({ raw }) => raw.body)).size).toBe(1);
      expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
      const { messageId } = answers[0]!.body.data;
      const stored = await rows(api.aws.tables.messages, tableKeys.message(account.userId, sessionId, ''));
      expect(stored.map((row) => row.messageId)).toEqual([messageId]);
      expect(bodies(await take(api.aws.queues.shardUrls))).toMatchObject([{ kind: 'message.send', messageId }]);
      expect(await used(`MESSAGES#${new Date().toISOString().slice(0, 10)}`)).toBe(1);
    });

    it('is refused with another body, in a wrong form, and free again after a refusal', async () => {
      const { sessionId } = await connected();
      const headers = { 'idempotency-key': 'order-8' };
      expectProblem(await send(sessionId, 'x', { 'idempotency-key': 'ö' }), 400, 'IDEMPOTENCY_KEY_INVALID');
      const path = `/sessions/${sessionId}/messages`;
      const refused = await api.call('POST', path, { key: account.key, body: { to: 'nobody', text: 'a' }, headers });
      expectProblem(refused, 422, 'RECIPIENT_INVALID');
      expect((await send(sessionId, 'a', headers)).status).toBe(202);
      expectProblem(await send(sessionId, 'b', headers), 422, 'IDEMPOTENCY_MISMATCH');
    });

    it('makes one session of 20 requests, whose key is the same in each answer and works', async () => {
      const headers = { 'idempotency-key': '"customer-17"' };
      const answers = await Promise.all(Array.from({ length: 20 }, () => create({}, headers)));
      expect(new Set(answers.map(({ raw }) => raw.body)).size).toBe(1);
      const { sessionId, apiKey } = answers[0]!.body.data;
      expect((await api.call('GET', `/sessions/${sessionId}`, { key: apiKey })).status).toBe(200);
      expect(await used('SESSIONS')).toBe(1);
    });

    it('shows the secret of a key again, from a row that does not hold it in the clear', async () => {
      const make = () =>
        api.call('POST', '/auth/api-keys', {
          token: account.token,
          body: { name: 'Second' },
          headers: { 'idempotency-key': 'key-1' },
        });
      const first = await make();
      const second = await make();
      expect(second.headers['idempotent-replayed']).toBe('true');
      expect(second.raw.body).toBe(first.raw.body);
      const { Items } = await document().send(
        new QueryCommand({
          TableName: api.aws.tables.control,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': tableKeys.user(account.userId).pk },
        }),
      );
      expect(JSON.stringify(Items)).not.toContain(first.body.data.key);
    });

    it('belongs to one account', async () => {
      const headers = { 'idempotency-key': 'the-same' };
      const mine = await create({}, headers);
      account = await api.newAccount();
      const theirs = await create({}, headers);
      expect(theirs.headers['idempotent-replayed']).toBeUndefined();
      expect(theirs.body.data.sessionId).not.toBe(mine.body.data.sessionId);
    });
  });

  describe('the list of sessions', () => {
    it('takes status and beginning of the name, and a cursor fits only its own filter', async () => {
      for (const name of ['Client A', 'Client B', 'Other', 'Client C']) await create({ name });
      const list = async (query: string) => {
        const answer = await api.call('GET', `/sessions${query}`, { key: account.key });
        expect(answer.status, JSON.stringify(answer.body)).toBe(200);
        return answer.body;
      };
      const names = ({ data }: { data: { name: string }[] }) => data.map(({ name }) => name);
      expect(names(await list('?name=Client%20'))).toEqual(['Client C', 'Client B', 'Client A']);
      expect(names(await list('?status=starting&name=Oth'))).toEqual(['Other']);
      expect(names(await list('?status=connected'))).toEqual([]);
      const first = await list('?name=Client&limit=2');
      expect(names(first)).toEqual(['Client C', 'Client B']);
      const { nextCursor } = first.pagination;
      expect(names(await list(`?name=Client&limit=2&cursor=${nextCursor}`))).toEqual(['Client A']);
      const foreign = await api.call('GET', `/sessions?limit=2&cursor=${nextCursor}`, { key: account.key });
      expectProblem(foreign, 400, 'CURSOR_INVALID');
    });
  });

  it('tells in the trail who made, logged out and deleted a session, once', async () => {
    const headers = { 'idempotency-key': 'audited', 'user-agent': 'shop/1' };
    const [{ sessionId }] = (await Promise.all([create({}, headers), create({}, headers)])).map(
      ({ body }) => body.data,
    );
    await api.call('POST', `/sessions/${sessionId}/logout`, { token: account.token });
    const remove = () => api.call('DELETE', `/sessions/${sessionId}`, { key: account.key });
    await Promise.all([remove(), remove()]);
    const entries = await rows(api.aws.tables.control, tableKeys.audit(account.userId, ''));
    const told = entries
      .filter(({ action }) => String(action).startsWith('session.'))
      .map(({ action, actor, subjectId }) => ({ action, actor, subjectId }));
    const byKey = { kind: 'account-key', id: account.keyId };
    expect(told).toEqual([
      { action: 'session.created', actor: byKey, subjectId: sessionId },
      { action: 'session.logged_out', actor: { kind: 'user', id: account.userId }, subjectId: sessionId },
      { action: 'session.deleted', actor: byKey, subjectId: sessionId },
    ]);
  });
});
