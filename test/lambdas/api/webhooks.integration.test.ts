import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuditTrail } from '../../../core/audit/index.ts';
import { newId } from '../../../core/ids.ts';
import { loadPlans } from '../../../core/plans/index.ts';
import { createSealer } from '../../../core/sealing/sealer.ts';
import { createSessionRepository } from '../../../core/sessions/session-repository.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import type { Webhook } from '../../../core/webhooks/webhook.ts';
import { createWebhookDirectory } from '../../../core/webhooks/webhook-directory.ts';
import { openHeaders } from '../../../core/webhooks/webhook-headers.ts';
import { type CreateWebhookRequest, createWebhook } from '../../../lambdas/webhooks/create-webhook.ts';
import type { WebhookParts } from '../../../lambdas/webhooks/webhook-parts.ts';
import { type Answer, expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

const url = 'http://127.0.0.1:4000/hook';
const roleArn = 'arn:aws:iam::123456789012:role/wharf-webhook-receiver';

describe('managing webhooks', () => {
  let api: TestApi;
  let account: TestAccount;
  let sessionId: string;
  let sessionKey: string;

  const call = (method: string, path: string, body?: unknown, key = account.key): Promise<Answer> =>
    api.call(method, path, { key, ...(body === undefined ? {} : { body }) });
  const create = async (body: object, path = '/webhooks', key = account.key) => {
    const answer = await call('POST', path, body, key);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.data;
  };
  const rowOf = async (scope: string, webhookId: string): Promise<Webhook> => {
    const { Item } = await api.aws.clients.document.send(
      new GetCommand({
        TableName: api.aws.tables.control,
        Key: tableKeys.webhook(account.userId, scope, webhookId),
        ConsistentRead: true,
      }),
    );
    return Item as Webhook;
  };
  const sealer = () =>
    createSealer({
      kms: api.aws.clients.kms,
      keyId: api.aws.sealingKeyId,
      dynamodb: api.aws.clients.document,
      tableName: api.aws.tables.control,
    });
  const trail = async (): Promise<string[]> => {
    const answer = await api.call('GET', '/audit?limit=100', { token: account.token });
    return answer.body.data.map(({ action, subjectId }: Record<string, string>) => `${action} ${subjectId}`);
  };

  beforeAll(async () => {
    api = await startTestApi({ PLANS: JSON.stringify({ sandbox: { webhooksPerSession: 3 } }) });
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    account = await api.newAccount();
    const made = await call('POST', '/sessions', { name: 'S' });
    ({ sessionId, apiKey: sessionKey } = made.body.data);
  });

  it('creates one for the account with all its options, and keeps secret what is secret', async () => {
    const made = await create({
      url,
      events: ['message.*', 'status.change'],
      sessions: [sessionId],
      headers: { Authorization: 'Bearer my-token', 'X-Tenant': 'a b' },
      ordered: true,
      description: 'CRM',
    });
    const { secret, ...shown } = made;
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(shown).toMatchObject({
      id: expect.stringMatching(/^wh_/),
      sessionId: null,
      destination: { type: 'https', url },
      sessions: [sessionId],
      headerNames: ['authorization', 'x-tenant'],
      ordered: true,
      description: 'CRM',
      status: 'enabled',
      signature: 'v1',
      publicKeys: [],
    });
    expect((await call('GET', `/webhooks/${made.id}`)).body.data).toEqual(shown);
    const row = await rowOf('*', made.id);
    const stored = Buffer.concat([row.secrets[0]!.sealed, row.headers!.sealed]).toString('latin1');
    for (const clear of [secret, secret.slice(6), 'my-token']) expect(stored).not.toContain(clear);
    expect(await openHeaders(row, sealer())).toEqual({ authorization: 'Bearer my-token', 'x-tenant': 'a b' });
    expect(await trail()).toContain(`webhook.created ${made.id}`);
  });

  it('lets a session key manage the webhooks of its session and no others', async () => {
    const own = await create({ url, events: ['*'] }, `/sessions/${sessionId}/webhooks`, sessionKey);
    const other = await create({ url, events: ['*'] });
    expect((await call('GET', `/sessions/${sessionId}/webhooks`, undefined, sessionKey)).body.data).toHaveLength(1);
    expect((await call('PATCH', `/webhooks/${own.id}`, { events: ['message.sent'] }, sessionKey)).status).toBe(200);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { events: ['*'] }],
      ['DELETE', '', undefined],
      ['POST', '/disable', undefined],
      ['POST', '/rotate-secret', {}],
    ] as const) {
      expectProblem(await call(method, `/webhooks/${other.id}${path}`, body, sessionKey), 404, 'NOT_FOUND');
    }
    expectProblem(await call('POST', '/webhooks', { url, events: ['*'] }, sessionKey), 403, 'SCOPE_MISSING');
    expectProblem(await call('GET', `/webhooks/${own.id}/secret`, undefined, sessionKey), 403, 'JWT_REQUIRED');
  });

  it("refuses what the guard would refuse at the send, and headers that are not the tenant's to set", async () => {
    const events = ['*'];
    for (const forbidden of ['http://169.254.169.254/', 'https://10.0.0.1/', 'https://u:p@127.0.0.1/', 'ftp://x/']) {
      expectProblem(await call('POST', '/webhooks', { url: forbidden, events }), 422, 'WEBHOOK_URL_FORBIDDEN');
    }
    const made = await create({ url, events });
    expectProblem(
      await call('PATCH', `/webhooks/${made.id}`, { url: 'https://192.168.0.1/' }),
      422,
      'WEBHOOK_URL_FORBIDDEN',
    );
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`x-${index}`, 'v']));
    for (const headers of [
      { Host: 'a' },
      { 'webhook-id': 'a' },
      { 'Content-Type': 'a' },
      { 'x-amz-date': 'a' },
      { 'x-a': 'a\r\nx-b: c' },
      { 'x-a': 'ä' },
      { 'x-a': '1', 'X-A': '2' },
      { 'x-a': 'v'.repeat(4_000), 'x-b': 'v'.repeat(100) },
      many,
    ]) {
      expectProblem(await call('POST', '/webhooks', { url, events, headers }), 422, 'VALIDATION_FAILED');
    }
  });

  it('changes, switches and deletes, each told in the trail', async () => {
    const { id } = await create({ url, events: ['*'], headers: { 'x-a': '1' }, description: 'one' });
    const changed = await call('PATCH', `/webhooks/${id}`, {
      url: `${url}/2`,
      events: ['message.sent'],
      sessions: [sessionId],
      headers: {},
      description: null,
    });
    expect(changed.body.data).toMatchObject({
      url: `${url}/2`,
      events: ['message.sent'],
      sessions: [sessionId],
      headerNames: [],
      description: null,
    });
    expect((await call('PATCH', `/webhooks/${id}`, { sessions: null })).body.data.sessions).toBeNull();
    for (const [verb, status] of [
      ['disable', 'disabled'],
      ['disable', 'disabled'],
      ['enable', 'enabled'],
    ] as const) {
      const answer = await call('POST', `/webhooks/${id}/${verb}`);
      expect(answer.body.data).toMatchObject({ status, disabledReason: status === 'enabled' ? null : 'by_request' });
    }
    expect((await call('DELETE', `/webhooks/${id}`)).body.data).toEqual({ id, deleted: true });
    expectProblem(await call('DELETE', `/webhooks/${id}`), 404, 'NOT_FOUND');
    expectProblem(await call('GET', `/webhooks/${id}`), 404, 'NOT_FOUND');
    const entries = (await trail()).filter((entry) => entry.endsWith(id));
    expect(entries.sort()).toEqual([
      `webhook.changed ${id}`,
      `webhook.changed ${id}`,
      `webhook.changed ${id}`,
      `webhook.changed ${id}`,
      `webhook.created ${id}`,
      `webhook.deleted ${id}`,
    ]);
  });

  it('counts the webhooks of a session and of the account exactly, 10 at once', async () => {
    for (const path of ['/webhooks', `/sessions/${sessionId}/webhooks`]) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => call('POST', path, { url, events: ['*'] })));
      expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(3);
      const refused = answers.find(({ status }) => status !== 201)!;
      expectProblem(refused, 403, 'QUOTA_WEBHOOKS_EXCEEDED');
      expect(refused.body).toMatchObject({ limit: 3, used: 3 });
      const { id } = answers.find(({ status }) => status === 201)!.body.data;
      await Promise.all(Array.from({ length: 5 }, () => call('DELETE', `/webhooks/${id}`)));
      await create({ url, events: ['*'] }, path);
      expectProblem(await call('POST', path, { url, events: ['*'] }), 403, 'QUOTA_WEBHOOKS_EXCEEDED');
    }
  });

  it('counts the webhook that comes with a session', async () => {
    const made = await call('POST', '/sessions', { name: 'S', webhook: { url, events: ['*'] } });
    const path = `/sessions/${made.body.data.sessionId}/webhooks`;
    await create({ url, events: ['*'] }, path);
    await create({ url, events: ['*'] }, path);
    expectProblem(await call('POST', path, { url, events: ['*'] }), 403, 'QUOTA_WEBHOOKS_EXCEEDED');
  });

  it('makes nothing for a session that is gone', async () => {
    await call('DELETE', `/sessions/${sessionId}`);
    expectProblem(await call('POST', `/sessions/${sessionId}/webhooks`, { url, events: ['*'] }), 404, 'NOT_FOUND');
  });

  describe('secrets', () => {
    it('rotate with an overlap, at most three of them live, and are shown again by a login only', async () => {
      const first = await create({ url, events: ['*'] });
      const rotate = async (overlapHours?: number) => {
        const body = overlapHours === undefined ? {} : { overlapHours };
        const answer = await call('POST', `/webhooks/${first.id}/rotate-secret`, body);
        expect(answer.status, JSON.stringify(answer.body)).toBe(200);
        return answer.body.data;
      };
      const second = await rotate();
      expect(second.secret).not.toBe(first.secret);
      expect(second.previous).toMatchObject([{ secret: first.secret }]);
      const hours = (Date.parse(second.previous[0].expiresAt) - Date.now()) / 3_600_000;
      expect(hours).toBeGreaterThan(23.9);
      expect(hours).toBeLessThanOrEqual(24);
      const third = await rotate(168);
      expect(third.previous.map(({ secret }: { secret: string }) => secret)).toEqual([second.secret, first.secret]);
      const fourth = await rotate(1);
      expect(fourth.previous.map(({ secret }: { secret: string }) => secret)).toEqual([third.secret, second.secret]);
      expect((await rowOf('*', first.id)).secrets).toHaveLength(3);
      const shown = await api.call('GET', `/webhooks/${first.id}/secret`, { token: account.token });
      expect(shown.body.data).toEqual(fourth);
      expect(shown.headers['cache-control']).toBe('no-store');
      expectProblem(await call('GET', `/webhooks/${first.id}/secret`), 403, 'JWT_REQUIRED');
      const last = await rotate(0);
      expect(last.previous).toEqual([]);
      expectProblem(
        await call('POST', `/webhooks/${first.id}/rotate-secret`, { overlapHours: 169 }),
        422,
        'VALIDATION_FAILED',
      );
      const entries = await trail();
      expect(entries.filter((entry) => entry === `webhook.secret_rotated ${first.id}`)).toHaveLength(4);
      expect(entries.filter((entry) => entry === `webhook.secret_revealed ${first.id}`)).toHaveLength(1);
    });

    it('never show the private half of a key pair, and show the public one to everybody who may read the webhook', async () => {
      const made = await create({ url, events: ['*'], signature: 'v1a' });
      expect(made.secret).toBeNull();
      expect(made.publicKeys).toEqual([expect.stringMatching(/^whpk_[\w+/]{43}=$/)]);
      const both = await call('PATCH', `/webhooks/${made.id}`, { signature: 'both' });
      expect(both.body.data).toMatchObject({ signature: 'both', publicKeys: made.publicKeys });
      const shown = await api.call('GET', `/webhooks/${made.id}/secret`, { token: account.token });
      expect(shown.body.data).toMatchObject({
        secret: expect.stringMatching(/^whsec_/),
        publicKey: made.publicKeys[0],
        previous: [],
      });
      const back = await call('PATCH', `/webhooks/${made.id}`, { signature: 'v1' });
      // It goes on signing for a day, so that the receiver can change over.
      expect(back.body.data).toMatchObject({ signature: 'v1', publicKeys: made.publicKeys });
      const rotated = await call('POST', `/webhooks/${made.id}/rotate-secret`, { overlapHours: 0 });
      expect(rotated.body.data).toMatchObject({ publicKey: null, previous: [] });
    });

    it('are the same for a repeat under one Idempotency-Key', async () => {
      const options = { key: account.key, headers: { 'idempotency-key': 'one' }, body: { url, events: ['*'] } };
      const answers = await Promise.all(Array.from({ length: 3 }, () => api.call('POST', '/webhooks', options)));
      const first = answers.find(({ status }) => status === 201)!;
      const again = await api.call('POST', '/webhooks', options);
      expect(again.body.data).toEqual(first.body.data);
      expect((await call('GET', '/webhooks')).body.data).toHaveLength(1);
    });

    it('are made anew for a webhook whose first answer nobody got, although the plan is full', async () => {
      const control = { dynamodb: api.aws.clients.document, tableName: api.aws.tables.control };
      const plan = { ...loadPlans('').get('sandbox')!, webhooksPerSession: 1 };
      const { userId } = account;
      const request: CreateWebhookRequest = {
        principal: { kind: 'user', userId, tenantId: userId, role: 'user', plan },
        client: { address: '127.0.0.1', userAgent: 'test' },
        requestId: 'req_1',
        webhookId: newId('wh'),
        body: { url, events: ['*'] },
      };
      const parts: WebhookParts = {
        control,
        webhooks: createWebhookDirectory(control),
        sessions: createSessionRepository(control),
        sealer: sealer(),
        checkUrl: async () => {},
        forgetHealth: async () => {},
        audit: createAuditTrail(control),
        publish: async () => {},
        logger: { warn: () => {} },
        now: Date.now,
      };
      const first = await createWebhook(request, parts);
      const second = await createWebhook(request, parts);
      expect(second.secret).not.toBe(first.secret);
      const shown = await api.call('GET', `/webhooks/${request.webhookId}/secret`, { token: account.token });
      expect(shown.body.data).toMatchObject({ secret: second.secret, previous: [] });
      expect((await call('GET', '/webhooks')).body.data).toHaveLength(1);
    });
  });

  describe("destinations in the tenant's own AWS account", () => {
    const sqs = { type: 'sqs', queueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo', roleArn };
    const bus = { type: 'eventbridge', busArn: 'arn:aws:events:eu-central-1:123456789012:event-bus/crm', roleArn };

    it('are shown with the external id that their role must ask for', async () => {
      const trust = (await call('GET', '/webhooks/destination-role')).body.data;
      expect(trust).toEqual({
        externalId: `wharf-${account.userId}`,
        principal: 'arn:aws:iam::000000000000:root',
        roleNamePrefix: 'wharf-webhook-',
      });
      for (const destination of [sqs, bus]) {
        const made = await create({ destination, events: ['*'] });
        expect(made).toMatchObject({ destination: { ...destination, externalId: trust.externalId } });
        const { body } = await call('PATCH', `/webhooks/${made.id}`, { url });
        expect(body.data.destination).toEqual({ type: 'https', url });
      }
    });

    it('are refused in every other form', async () => {
      for (const body of [
        { url, destination: sqs },
        {},
        { destination: { ...sqs, roleArn: 'arn:aws:iam::123456789012:role/admin' } },
        { destination: { ...sqs, queueUrl: 'https://sqs.eu-central-1.amazonaws.com.evil.example/123456789012/q' } },
        { destination: { ...sqs, queueUrl: 'http://169.254.169.254/123456789012/q' } },
        { destination: { ...sqs, externalId: 'wharf-usr_other' } },
        { destination: { ...bus, busArn: 'arn:aws:events:eu-central-1:1:event-bus/crm' } },
        { destination: sqs, headers: { 'x-a': '1' } },
      ]) {
        expectProblem(await call('POST', '/webhooks', { events: ['*'], ...body }), 422, 'VALIDATION_FAILED');
      }
    });
  });
});
