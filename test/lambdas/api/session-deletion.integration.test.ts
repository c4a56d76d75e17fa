import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import type { Webhook } from '../../../core/webhooks/webhook.ts';
import { webhookPuts } from '../../../core/webhooks/webhook-directory.ts';
import { expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

describe('what is left of a deleted session', () => {
  let api: TestApi;
  let owner: TestAccount;

  beforeAll(async () => {
    api = await startTestApi();
    owner = await api.newAccount();
  });
  afterAll(() => api?.stop());

  const create = (headers: Record<string, string> = {}) =>
    api.call('POST', '/sessions', {
      key: owner.key,
      headers,
      body: { name: 'Client', webhook: { url: 'http://127.0.0.1:4000/hook', events: ['*'] } },
    });
  const remove = (sessionId: string) => api.call('DELETE', `/sessions/${sessionId}`, { key: owner.key });

  it('is no answer with its secrets: the same Idempotency-Key says that it has gone', async () => {
    const key = { 'idempotency-key': 'client-1' };
    const made = await create(key);
    const again = await create(key);
    expect(again.raw.body).toBe(made.raw.body);
    expect(again.headers['idempotent-replayed']).toBe('true');
    const { sessionId, apiKey, webhook } = made.body.data;
    expect((await remove(sessionId)).status).toBe(200);
    const late = await create(key);
    expectProblem(late, 409, 'IDEMPOTENCY_GONE');
    expect(late.headers).not.toHaveProperty('idempotent-replayed');
    for (const secret of [apiKey, webhook.secret]) expect(late.raw.body).not.toContain(secret);
    const other = await create({ 'idempotency-key': 'client-2' });
    expect(other.body.data.sessionId).not.toBe(sessionId);
    expectProblem(await create(key), 409, 'IDEMPOTENCY_GONE');
  });

  it('is none of its webhooks, however many it had', async () => {
    const { document } = api.aws.clients;
    const { sessionId } = (await create()).body.data;
    const other = (await create()).body.data;
    for (let index = 0; index < 130; index++) {
      const webhook = {
        ...{ tenantId: owner.userId, webhookId: newId('wh'), scope: sessionId, url: 'http://127.0.0.1:4000/hook' },
        ...{ events: ['*'], status: 'enabled', secrets: [], createdAt: '', updatedAt: '' },
      } as unknown as Webhook;
      for (const { Put } of webhookPuts(api.aws.tables.control, webhook)) {
        await document.send(new PutCommand(Put as never));
      }
    }
    const { pk, sk } = tableKeys.webhook(owner.userId, sessionId, '');
    const left = async () => {
      const { Count } = await document.send(
        new QueryCommand({
          TableName: api.aws.tables.control,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        }),
      );
      return Count;
    };
    expect(await left()).toBe(131);
    const answers = await Promise.all([remove(sessionId), remove(sessionId)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    expect(await left()).toBe(0);
    const listed = await api.call('GET', '/webhooks?limit=100', { key: owner.key });
    expect(listed.body.data.map(({ id }: { id: string }) => id)).toContain(other.webhook.id);
    expect(JSON.stringify(listed.body)).not.toContain(sessionId);
  });
});
