import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSealer } from '../../../core/sealing/sealer.ts';
import type { Session, SessionLinking } from '../../../core/sessions/session.ts';
import { readItem } from '../../../core/storage/table.ts';
import { tableIndexes, tableKeys } from '../../../core/storage/table-keys.ts';
import { webhookSecretContext } from '../../../core/webhooks/secret.ts';
import type { Webhook } from '../../../core/webhooks/webhook.ts';
import { type Answer, expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

const unknownId = 'ses_01k00000000000000000000000';
const png = Buffer.from('89504e470d0a1a0a', 'hex');

describe('sessions', () => {
  let api: TestApi;
  let account: TestAccount;
  let sessionId: string;
  let sessionKey: string;

  const control = () => ({ dynamodb: api.aws.clients.document, tableName: api.aws.tables.control });
  const row = () => readItem<Session>(control(), tableKeys.session(account.userId, sessionId));
  const create = async (body: object = {}): Promise<Answer> =>
    api.call('POST', '/sessions', { key: account.key, body: { name: 'Client ABC', ...body } });
  const get = (path = '', options: object = { key: account.key }) =>
    api.call('GET', `/sessions/${sessionId}${path}`, options);
  const post = (path: string, body?: object) =>
    api.call('POST', `/sessions/${sessionId}${path}`, { key: account.key, ...(body === undefined ? {} : { body }) });

  /** Writes attributes as the connector would. */
  const writeRow = async (key: Record<string, string>, attributes: Readonly<Record<string, unknown>>) => {
    const names = Object.keys(attributes);
    await control().dynamodb.send(
      new UpdateCommand({
        TableName: control().tableName,
        Key: key,
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
      }),
    );
  };
  const setStatus = async (status: string, more: object = {}) =>
    writeRow(tableKeys.session(account.userId, sessionId), {
      status,
      statusSince: new Date().toISOString(),
      handledRev: (await row())?.desiredRev,
      ...more,
    });
  const setLinking = (linking: Partial<SessionLinking>) =>
    writeRow(tableKeys.sessionLinking(account.userId, sessionId), linking as Record<string, unknown>);
  const showQr = (qr = '2@abc', lifeMs = 120_000) =>
    setLinking({ qr, qrPng: png, qrSvg: '<svg/>', qrExpiresAt: new Date(Date.now() + lifeMs).toISOString() });

  const seen: { kind: string; sessionId: string }[] = [];
  /** Commands of the session so far; takes everything off the queues of all shards. */
  const commands = async () => {
    for (const QueueUrl of api.aws.queues.shardUrls) {
      for (;;) {
        const { Messages = [] } = await api.aws.clients.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) break;
        for (const { Body = '', ReceiptHandle } of Messages) {
          seen.push(JSON.parse(Body));
          await api.aws.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
    }
    return seen.filter((command) => command.sessionId === sessionId);
  };

  beforeAll(async () => {
    api = await startTestApi();
    account = await api.newAccount();
  });

  afterAll(async () => {
    await api?.stop();
  });

  beforeEach(async () => {
    const created = await create();
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    sessionId = created.body.data.sessionId;
    sessionKey = created.body.data.apiKey;
  });

  describe('creating', () => {
    it('answers in the shape that the first clients read', async () => {
      const events = ['message.received', 'message.sent', 'status.change'];
      const url = 'http://127.0.0.1:4000/hook';
      const answer = await create({ webhook: { url, events }, metadata: { customer: 'abc' } });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        success: true,
        data: {
          sessionId: expect.stringMatching(/^ses_[0-9a-z]{26}$/),
          name: 'Client ABC',
          status: 'starting',
          apiKey: expect.stringMatching(/^wharf_sk_[0-9A-Za-z]{38}$/),
          webhook: {
            id: expect.stringMatching(/^wh_[0-9a-z]{26}$/),
            url,
            events,
            secret: expect.stringMatching(/^whsec_[0-9A-Za-z+/]{43}=$/),
          },
          notice: null,
          createdAt: expect.any(String),
        },
      });
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    it('seals the secret under the words that delivery opens it with', async () => {
      const url = 'http://127.0.0.1:4000/hook';
      const { data } = (await create({ webhook: { url, events: ['*'] } })).body;
      const webhook = await readItem<Webhook>(
        control(),
        tableKeys.webhook(account.userId, data.sessionId, data.webhook.id),
      );
      const sealer = createSealer({ ...control(), kms: api.aws.clients.kms, keyId: api.aws.sealingKeyId });
      const sealed = webhook?.secrets[0]?.sealed as Uint8Array;
      const opened = await sealer.open(account.userId, sealed, webhookSecretContext(data.webhook.id));
      expect(Buffer.from(opened).toString()).toBe(data.webhook.secret);
      expect(Buffer.from(sealed).includes(data.webhook.secret)).toBe(false);
    });

    it('records the shard, the intent and the index keys, and asks the connector to look', async () => {
      const session = await row();
      expect(session).toMatchObject({
        tenantId: account.userId,
        desired: 'connected',
        desiredRev: 1,
        status: 'starting',
        statusRev: 0,
        ...tableIndexes.byShard.keys(session?.shard ?? -1, sessionId),
      });
      expect(await commands()).toMatchObject([{ version: 1, kind: 'session.reconcile', tenantId: account.userId }]);
    });

    it('writes nothing when the webhook is refused', async () => {
      const count = async () => (await api.call('GET', '/sessions?limit=100', { key: account.key })).body.data.length;
      const before = await count();
      for (const url of ['https://10.0.0.1/hook', 'https://user@example.com/', 'ftp://example.com', 'nonsense']) {
        expectProblem(await create({ webhook: { url, events: ['*'] } }), 422, 'WEBHOOK_URL_FORBIDDEN');
      }
      expect(await count()).toBe(before);
    });

    it('names each wrong field', async () => {
      const answer = await create({
        name: 7,
        surprise: true,
        tenantId: 'usr_other',
        'odd/~key': 1,
        metadata: { ok: 'x', deep: { no: 1 } },
        settings: { proxy: 'x' },
        webhook: { url: 'https://example.com', events: ['message.recieved'] },
      });
      expectProblem(answer, 422, 'VALIDATION_FAILED');
      expect(answer.body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual(
        [
          '/metadata/deep',
          '/name',
          '/odd~1~0key',
          '/settings/proxy',
          '/surprise',
          '/tenantId',
          '/webhook/events/0',
        ].sort(),
      );
      expectProblem(
        await create({ metadata: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, 'v'])) }),
        422,
        'VALIDATION_FAILED',
      );
    });
  });

  it('keeps the name of a prototype out of the metadata', async () => {
    const body = '{"name":"x","metadata":{"__proto__":"v","a":"b"}}';
    const answer = await api.call('POST', '/sessions', { key: account.key, body });
    sessionId = answer.body.data.sessionId;
    expect((await get()).body.data.metadata).toEqual({ a: 'b' });
  });

  describe('reading', () => {
    it('tells all about a session', async () => {
      await setStatus('connected', {
        phone: '+491510000001',
        owner: { workerId: 'wrk_1', incarnation: 'i', epoch: 3 },
      });
      const answer = await get();
      expect(answer.body.data).toMatchObject({
        sessionId,
        name: 'Client ABC',
        status: 'connected',
        desired: 'connected',
        phone: '+491510000001',
        owner: { workerId: 'wrk_1', epoch: 3 },
        statusHistory: [{ status: 'starting', reason: null }],
      });
      expect(JSON.stringify(answer.body)).not.toMatch(/"(?:pk|sk|shardPk|tenantId|incarnation)"/);
      expect((await get('/status')).body.data).toEqual({
        sessionId,
        status: 'connected',
        reason: null,
        since: expect.any(String),
        until: null,
      });
    });

    it('answers either kind of credential, and the session key for its own session', async () => {
      expect((await get('', { token: account.token })).status).toBe(200);
      expect((await get('', { key: sessionKey })).status).toBe(200);
      expectProblem(await api.call('GET', '/sessions', { key: sessionKey }), 403, 'SCOPE_MISSING');
      expectProblem(
        await api.call('POST', '/sessions', { key: sessionKey, body: { name: 'x' } }),
        403,
        'SCOPE_MISSING',
      );
      const other = (await create()).body.data;
      const foreign = await get('', { key: other.apiKey });
      const unknown = await api.call('GET', `/sessions/${unknownId}`, { key: other.apiKey });
      expectProblem(foreign, 404, 'NOT_FOUND');
      const blank = { requestId: '', instance: '' };
      expect({ ...foreign.body, ...blank }).toEqual({ ...unknown.body, ...blank });
    });

    it('lists newest first, a page at a time, unmoved by new sessions', async () => {
      const owner = await api.newAccount();
      const made: string[] = [];
      const add = async () => {
        const answer = await api.call('POST', '/sessions', { key: owner.key, body: { name: `S${made.length}` } });
        made.push(answer.body.data.sessionId);
      };
      for (let index = 0; index < 5; index++) await add();
      await api.call('DELETE', `/sessions/${made[2]}`, { key: owner.key });
      const expected = [made[4], made[3], made[1], made[0]];
      const list = (query: string) => api.call('GET', `/sessions?limit=2${query}`, { key: owner.key });
      const ids = (answer: Answer) => answer.body.data.map((session: { sessionId: string }) => session.sessionId);

      const first = await list('');
      expect(first.body.pagination).toEqual({ hasMore: true, nextCursor: expect.any(String) });
      await add();
      const second = await list(`&cursor=${first.body.pagination.nextCursor}`);
      expect([...ids(first), ...ids(second)]).toEqual(expected);
      expect(second.body.pagination).toEqual({ hasMore: false, nextCursor: null });
    });

    it('refuses cursors that were altered or belong to somebody else, and limits out of range', async () => {
      await create();
      const page = await api.call('GET', '/sessions?limit=1', { key: account.key });
      const { nextCursor } = page.body.pagination;
      const altered = `${nextCursor.startsWith('A') ? 'B' : 'A'}${nextCursor.slice(1)}`;
      const stranger = await api.newAccount();
      for (const [key, cursor] of [
        [account.key, altered],
        [account.key, 'x'],
        [stranger.key, nextCursor],
      ]) {
        expectProblem(
          await api.call('GET', `/sessions?cursor=${cursor}`, { key: key as string }),
          400,
          'CURSOR_INVALID',
        );
      }
      for (const query of ['limit=0', 'limit=101', 'limit=ten', 'limit=1.5', 'pages=2', 'cursor=']) {
        expectProblem(await api.call('GET', `/sessions?${query}`, { key: account.key }), 422, 'VALIDATION_FAILED');
      }
    });
  });

  describe('changing', () => {
    it('changes what is named and nothing else', async () => {
      const patch = (body: unknown) => api.call('PATCH', `/sessions/${sessionId}`, { key: account.key, body });
      const answer = await patch({ name: 'New name', metadata: { a: '1' } });
      expect(answer.body.data).toMatchObject({ name: 'New name', metadata: { a: '1' }, settings: {} });
      expect((await row())?.desiredRev).toBe(1);
      expectProblem(await patch({}), 422, 'VALIDATION_FAILED');
      expectProblem(await patch({ status: 'connected' }), 422, 'VALIDATION_FAILED');
    });

    it('writes intent once for a verb that is repeated', async () => {
      const rev = async () => (await row())?.desiredRev;
      expect((await post('/start')).status).toBe(202);
      expect(await rev()).toBe(1);
      expect((await post('/stop')).body.data.desired).toBe('stopped');
      await post('/stop');
      expect(await rev()).toBe(2);
      await setStatus('stopped');
      await post('/start');
      await post('/start');
      expect(await rev()).toBe(3);
      await post('/restart');
      await post('/restart');
      expect(await rev()).toBe(5);
      expect((await post('/logout')).body.data.desired).toBe('logged_out');
      expect(await rev()).toBe(6);
      expect((await commands()).every((command) => command.kind === 'session.reconcile')).toBe(true);
    });

    it('starts a session that came to rest by itself', async () => {
      await setStatus('qr_expired');
      await post('/start');
      expect(await row()).toMatchObject({ desired: 'connected', desiredRev: 2 });
    });
  });

  describe('deleting', () => {
    it('takes away session, key and webhooks at once', async () => {
      const url = 'http://127.0.0.1:4000/hook';
      const { data } = (await create({ webhook: { url, events: ['*'] } })).body;
      sessionId = data.sessionId;
      const answer = await api.call('DELETE', `/sessions/${sessionId}`, { key: account.key });
      expect(answer.body).toEqual({ success: true, data: { sessionId, deleted: true } });
      expect(await row()).toMatchObject({ desired: 'deleted', desiredRev: 2 });
      expectProblem(await get(), 404, 'NOT_FOUND');
      expectProblem(await api.call('DELETE', `/sessions/${sessionId}`, { key: account.key }), 404, 'NOT_FOUND');
      expectProblem(await post('/start'), 404, 'NOT_FOUND');
      expectProblem(await get('', { key: data.apiKey }), 401, 'CREDENTIAL_INVALID');
      expectProblem(await api.call('GET', `/webhooks/${data.webhook.id}`, { key: account.key }), 404, 'NOT_FOUND');
      expectProblem(await get('/webhooks'), 404, 'NOT_FOUND');
      expect(await commands()).toHaveLength(2);
    });

    it('is done once by ten at the same time', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => api.call('DELETE', `/sessions/${sessionId}`, { key: account.key })),
      );
      expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
      expect(answers.filter((answer) => answer.status === 404)).toHaveLength(9);
    });
  });

  describe('the QR', () => {
    it('says why there is none', async () => {
      const none = { qrCode: null, qr: null, expiresAt: null };
      expect((await get('/qr')).body.data).toEqual({ status: 'starting', reason: 'starting', ...none });
      await setStatus('scan_qr');
      expect((await get('/qr')).body.data).toEqual({ status: 'scan_qr', reason: 'starting', ...none });
      for (const status of ['connected', 'qr_expired', 'passkey_required', 'logged_out', 'banned', 'reconnecting']) {
        await setStatus(status);
        await showQr();
        expect((await get('/qr?wait=20')).body.data).toEqual({ status, reason: status, ...none });
      }
      expectProblem(await get('/qr?format=png'), 409, 'QR_NOT_AVAILABLE');
    });

    it('shows the code in every format and never lets it be cached', async () => {
      await setStatus('scan_qr');
      await showQr('2@secret,words');
      const json = await get('/qr');
      expect(json.body.data).toEqual({
        status: 'scan_qr',
        reason: null,
        qrCode: `data:image/png;base64,${png.toString('base64')}`,
        qr: '2@secret,words',
        expiresAt: expect.any(String),
      });
      const picture = await get('/qr?format=png');
      expect(picture.raw).toMatchObject({ isBase64Encoded: true, body: png.toString('base64') });
      expect(picture.headers).toMatchObject({ 'content-type': 'image/png', 'cache-control': 'no-store' });
      expect((await get('/qr?format=raw')).raw).toMatchObject({ isBase64Encoded: false, body: '2@secret,words' });
      expect((await get('/qr?format=svg')).headers['content-type']).toBe('image/svg+xml');
      expectProblem(await get('/qr?format=gif'), 422, 'VALIDATION_FAILED');
      expectProblem(await get('/qr?wait=26'), 422, 'VALIDATION_FAILED');
    });

    it('does not show a code that has expired', async () => {
      await showQr('2@old', -1);
      expect((await get('/qr')).body.data).toMatchObject({ qr: null, reason: 'starting' });
    });

    it('waits for the first code', async () => {
      const waiting = get('/qr?wait=20');
      await showQr('2@first');
      expect((await waiting).body.data).toMatchObject({ status: 'scan_qr', qr: '2@first' });
    });

    it('waits for the next code when the one at hand is about to end', async () => {
      await setStatus('scan_qr');
      await showQr('2@ending', 900);
      const waiting = get('/qr?wait=20');
      await showQr('2@next');
      expect((await waiting).body.data.qr).toBe('2@next');
    });

    it('stops waiting when none can come', async () => {
      const waiting = get('/qr?wait=20');
      await setStatus('qr_expired');
      expect((await waiting).body.data).toMatchObject({ status: 'qr_expired', reason: 'qr_expired' });
    });

    it('waits for a session that was started again and has not been looked at yet', async () => {
      await setStatus('qr_expired');
      await post('/start');
      const waiting = get('/qr?wait=20');
      await showQr('2@again');
      expect((await waiting).body.data.qr).toBe('2@again');
    });

    it('gives up after the time that was asked for', async () => {
      expect((await get('/qr?wait=1')).body.data).toMatchObject({ status: 'starting', reason: 'starting', qr: null });
    });
  });

  describe('the pairing code', () => {
    const pair = (phone = '+49 1510 000001') => post('/pairing-code', { phone });

    it('hands the number to the connector and waits for its answer', async () => {
      const asked = pair();
      await expect.poll(async () => (await row())?.pairingPhone, { timeout: 60_000 }).toBe('491510000001');
      await setLinking({ pairingCode: 'ABCD1234', pairingCodeExpiresAt: '2026-11-22T10:00:00.000Z' });
      const answer = await asked;
      expect(answer.status).toBe(200);
      expect(answer.body.data).toEqual({
        code: 'ABCD1234',
        expiresAt: '2026-11-22T10:00:00.000Z',
        phone: '+491510000001',
      });
      expect(await row()).toMatchObject({
        desired: 'connected',
        desiredRev: 1,
        pairingRequestedAt: expect.any(String),
      });
    });

    it('does not answer with the code of an earlier request', async () => {
      await setLinking({ pairingCode: 'OLDOLD11' });
      const asked = pair();
      await expect.poll(async () => (await row())?.pairingPhone, { timeout: 60_000 }).toBeDefined();
      await setLinking({ pairingCode: 'NEWNEW22' });
      expect((await asked).body.data.code).toBe('NEWNEW22');
    });

    it('says what WhatsApp said', async () => {
      const asked = pair();
      await expect.poll(async () => (await row())?.pairingPhone, { timeout: 60_000 }).toBeDefined();
      await setLinking({ pairingError: 'rate_limited' });
      const answer = await asked;
      expectProblem(answer, 409, 'PAIRING_FAILED');
      expect(answer.body.reason).toBe('rate_limited');
    });

    it('refuses a linked session, a banned one and a number that is none', async () => {
      expectProblem(await pair('12'), 422, 'VALIDATION_FAILED');
      await setStatus('connected');
      expectProblem(await pair(), 409, 'SESSION_ALREADY_LINKED');
      await setStatus('banned');
      expectProblem(await pair(), 409, 'SESSION_NOT_CONNECTED');
    });

    it('starts a session that rests', async () => {
      await setStatus('qr_expired');
      const asked = pair();
      await expect.poll(async () => (await row())?.desiredRev, { timeout: 60_000 }).toBe(2);
      await setLinking({ pairingCode: 'ABCD1234' });
      expect((await asked).status).toBe(200);
    });
  });
});
