import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../../core/messages/message.ts';
import { readItem } from '../../../core/storage/table.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { type Answer, expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

describe('messages and webhooks', () => {
  let api: TestApi;
  let account: TestAccount;
  let stranger: TestAccount;
  let sessionId: string;
  let sessionKey: string;
  let webhookId: string;

  const send = (body: unknown, key = account.key, headers = {}): Promise<Answer> =>
    api.call('POST', `/sessions/${sessionId}/messages`, { key, body, headers });
  const setStatus = async (status: string) => {
    await api.aws.clients.document.send(
      new UpdateCommand({
        TableName: api.aws.tables.control,
        Key: tableKeys.session(account.userId, sessionId),
        UpdateExpression: 'SET #status = :status, statusSince = :since, handledRev = desiredRev',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status, ':since': new Date().toISOString() },
      }),
    );
  };

  beforeAll(async () => {
    api = await startTestApi();
    [account, stranger] = await Promise.all([api.newAccount(), api.newAccount()]);
  });

  afterAll(async () => {
    await api?.stop();
  });

  beforeEach(async () => {
    const created = await api.call('POST', '/sessions', {
      key: account.key,
      body: { name: 'S', webhook: { url: 'http://127.0.0.1:4000/hook', events: ['message.*'] } },
    });
    ({
      sessionId,
      apiKey: sessionKey,
      webhook: { id: webhookId },
    } = created.body.data);
    await setStatus('connected');
  });

  describe('sending', () => {
    it('writes the row, queues the command in the order of the session, and answers 202', async () => {
      const answer = await send({ to: '+49 (0)1510 000002', text: 'hi Fred' }, sessionKey, { 'x-request-id': 'my-1' });
      expect(answer.status, JSON.stringify(answer.body)).toBe(202);
      const { messageId } = answer.body.data;
      expect(answer.body.data).toEqual({
        messageId: expect.stringMatching(/^3EB0[0-9A-F]{18}$/),
        sessionId,
        status: 'queued',
        to: '+49 (0)1510 000002',
        chat: { id: '491510000002@s.whatsapp.net', phone: '+491510000002', lid: null, name: null },
        createdAt: expect.any(String),
      });
      const row = await readItem<Message>(
        { dynamodb: api.aws.clients.document, tableName: api.aws.tables.messages },
        tableKeys.message(account.userId, sessionId, messageId),
      );
      expect(row).toMatchObject({
        status: 'queued',
        direction: 'outbound',
        content: { type: 'text', text: 'hi Fred' },
        requestId: 'my-1',
      });
      const command = await findCommand(messageId);
      expect(command?.body).toEqual({
        version: 1,
        kind: 'message.send',
        commandId: messageId,
        messageId,
        tenantId: account.userId,
        sessionId,
        requestId: 'my-1',
      });
      expect(command?.attributes).toMatchObject({ MessageGroupId: sessionId, MessageDeduplicationId: messageId });
    });

    /** The command and its attributes, from whichever shard it went to. */
    const findCommand = async (messageId: string) => {
      for (const QueueUrl of api.aws.queues.shardUrls) {
        for (let round = 0; round < 20; round++) {
          const { Messages = [] } = await api.aws.clients.sqs.send(
            new ReceiveMessageCommand({
              QueueUrl,
              MaxNumberOfMessages: 10,
              MessageSystemAttributeNames: ['All'],
              VisibilityTimeout: 5,
            }),
          );
          if (Messages.length === 0) break;
          const found = Messages.find((message) => message.Body?.includes(`"messageId":"${messageId}"`));
          if (found !== undefined) return { body: JSON.parse(found.Body ?? ''), attributes: found.Attributes };
        }
      }
      return undefined;
    };

    it('takes every form of a recipient', async () => {
      const chatOf = async (to: string) => (await send({ to, type: 'text', text: 'x' })).body.data.chat;
      expect(await chatOf('491510000002')).toMatchObject({ phone: '+491510000002' });
      expect(await chatOf('0049 1510-000002')).toMatchObject({ phone: '+491510000002' });
      expect(await chatOf('491510000002@s.whatsapp.net')).toMatchObject({ phone: '+491510000002' });
      expect(await chatOf('81234567@lid')).toEqual({
        id: '81234567@lid',
        phone: null,
        lid: '81234567@lid',
        name: null,
      });
      expect(await chatOf('120363012345678901@g.us')).toMatchObject({ id: '120363012345678901@g.us', phone: null });
      for (const to of ['Fred', '123', '491510000002@evil', 'list@broadcast', '491510000002:3@s.whatsapp.net']) {
        const answer = await send({ to, text: 'x' });
        expectProblem(answer, 422, 'RECIPIENT_INVALID');
        expect(answer.body.errors[0].pointer).toBe('/to');
      }
    });

    it('refuses what is not a text message', async () => {
      const to = '491510000002';
      for (const body of [
        { to },
        { to, text: '' },
        { to, text: 'x'.repeat(65_537) },
        { to, text: 'x', type: 'image' },
        { to, text: 'x', messageId: 'mine' },
        { text: 'x' },
        [],
        null,
        'text',
      ]) {
        expectProblem(await send(body === 'text' ? '"text"' : body), 422, 'VALIDATION_FAILED');
      }
      expect((await send({ to, text: '\u{1f600}'.repeat(32_768) })).status).toBe(202);
    });

    it('refuses when the session cannot send without a person, and queues when it will by itself', async () => {
      const body = { to: '491510000002', text: 'x' };
      for (const status of ['logged_out', 'banned', 'stopped', 'scan_qr', 'qr_expired', 'failed', 'restricted']) {
        await setStatus(status);
        const answer = await send(body);
        expectProblem(answer, 409, 'SESSION_NOT_CONNECTED');
        expect(answer.body.sessionStatus).toBe(status);
      }
      for (const status of ['starting', 'connecting', 'reconnecting', 'connected']) {
        await setStatus(status);
        expect((await send(body)).status).toBe(202);
      }
    });
  });

  describe('reading a message', () => {
    it('shows it to its tenant and to its session key only', async () => {
      const { messageId } = (await send({ to: '491510000002', text: 'hi' })).body.data;
      const read = (key: string, id = messageId) => api.call('GET', `/sessions/${sessionId}/messages/${id}`, { key });
      const answer = await read(sessionKey);
      expect(answer.body.data).toMatchObject({ messageId, sessionId, status: 'queued', type: 'text', text: 'hi' });
      expectProblem(await read(account.key, '3EB0000000000000000000'), 404, 'NOT_FOUND');
      expectProblem(await read(account.key, 'no%20id'), 404, 'NOT_FOUND');
      expectProblem(await read(stranger.key), 404, 'NOT_FOUND');
    });
  });

  describe('webhooks', () => {
    it('shows them without their secrets', async () => {
      const expected = {
        id: webhookId,
        sessionId,
        url: 'http://127.0.0.1:4000/hook',
        destination: { type: 'https', url: 'http://127.0.0.1:4000/hook' },
        events: ['message.*'],
        sessions: null,
        headerNames: [],
        ordered: false,
        description: null,
        status: 'enabled',
        disabledReason: null,
        signature: 'v1',
        publicKeys: [],
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      };
      expect((await api.call('GET', `/webhooks/${webhookId}`, { key: account.key })).body.data).toEqual(expected);
      const ofSession = await api.call('GET', `/sessions/${sessionId}/webhooks`, { key: sessionKey });
      expect(ofSession.body).toEqual({
        success: true,
        data: [expected],
        pagination: { nextCursor: null, hasMore: false },
      });
      const all = await api.call('GET', '/webhooks?limit=100', { token: account.token });
      expect(all.body.data).toContainEqual(expected);
    });

    it('holds a session key to the webhooks of its session', async () => {
      const other = await api.call('POST', '/sessions', {
        key: account.key,
        body: { name: 'S', webhook: { url: 'http://127.0.0.1:4000/hook', events: ['*'] } },
      });
      expect((await api.call('GET', `/webhooks/${webhookId}`, { key: sessionKey })).status).toBe(200);
      const foreign = await api.call('GET', `/webhooks/${other.body.data.webhook.id}`, { key: sessionKey });
      expectProblem(foreign, 404, 'NOT_FOUND');
      expectProblem(await api.call('GET', '/webhooks', { key: sessionKey }), 403, 'SCOPE_MISSING');
    });
  });
});
