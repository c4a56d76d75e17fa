import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { environmentNames } from '../../../core/environment.ts';
import { createUsageRepository } from '../../../core/usage/usage-repository.ts';
import { expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

const sessionIds = ['ses_01k00000000000000000000001', 'ses_01k00000000000000000000002'] as const;

describe('an account', () => {
  let api: TestApi;
  let account: TestAccount;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T10:00:00Z') });
    api = await startTestApi({ [environmentNames.plans]: '{"free":{"sessions":3}}' });
    account = await api.newAccount();
  });

  afterAll(async () => {
    vi.useRealTimers();
    await api?.stop();
  });

  const makeKey = async (body: object) => {
    const answer = await api.call('POST', '/auth/api-keys', { token: account.token, body: { name: 'k', ...body } });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.data;
  };

  it('sees the plans as the operator set them, without a credential', async () => {
    const { body } = await api.call('GET', '/plans');
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['free', 'starter', 'pro', 'scale']);
    expect(body.data[0]).toMatchObject({ sessions: 3, messagesPerDay: 200, isDefault: false });
    expect(body.pagination).toEqual({ nextCursor: null, hasMore: false });
  });

  it('sees what it used: by day, by month, and by session', async () => {
    const usage = createUsageRepository({
      dynamodb: api.aws.clients.document,
      tableName: api.aws.tables.control,
    });
    const count = (sessionId: string, day: string, counts: object) =>
      usage.count({ tenantId: account.userId, sessionId, counts, atMs: Date.parse(`${day}T12:00:00Z`) });
    await count(sessionIds[0], '2026-10-31', { sent: 5 });
    await count(sessionIds[0], '2026-11-01', { sent: 2, received: 1 });
    await count(sessionIds[1], '2026-11-01', { sent: 1 });
    await count(sessionIds[1], '2026-11-22', { connections: 1 });
    const get = async (path: string) => (await api.call('GET', path, { key: account.key })).body.data;
    const days = await get('/usage');
    expect(days).toMatchObject({ plan: 'sandbox', by: 'day' });
    expect(days.periods).toHaveLength(22);
    expect(days.periods[0]).toEqual({ period: '2026-11-01', sent: 3, received: 1, connections: 0, activeSessions: 2 });
    const months = (await get('/usage?by=month')).periods;
    expect(months).toHaveLength(12);
    expect(months.slice(-2).map(({ period, sent }: never) => ({ period, sent }))).toEqual([
      { period: '2026-10', sent: 5 },
      { period: '2026-11', sent: 3 },
    ]);
    const one = await get(`/usage?by=month&from=2026-10&to=2026-11&sessionId=${sessionIds[0]}`);
    expect(one.periods.map(({ sent }: { sent: number }) => sent)).toEqual([5, 2]);
    const first = await api.call('GET', '/usage/sessions?limit=1', { key: account.key });
    expect(first.body.data).toEqual([
      { sessionId: sessionIds[0], month: '2026-11', sent: 2, received: 1, connections: 0, days: [expect.anything()] },
    ]);
    const next = await api.call('GET', `/usage/sessions?limit=1&cursor=${first.body.pagination.nextCursor}`, {
      key: account.key,
    });
    expect(next.body.data).toMatchObject([{ sessionId: sessionIds[1], sent: 1, connections: 1 }]);
  });

  it.each([
    'from=2026-11-02&to=2026-11-01',
    'from=2026-02-30',
    'from=2026-01-01',
    'by=month&from=2025-01',
    'by=hour',
    'from=x',
  ])('refuses the range %s', async (query) => {
    expectProblem(await api.call('GET', `/usage?${query}`, { key: account.key }), 422, 'VALIDATION_FAILED');
  });

  it('holds keys to their scopes, and session keys away from the account', async () => {
    const reader = await makeKey({ scopes: ['account:read'] });
    const sender = await makeKey({ scopes: ['messages:send'] });
    const { apiKey } = (await api.call('POST', '/sessions', { key: account.key, body: { name: 'S' } })).body.data;
    for (const path of ['/usage', '/usage/sessions', '/audit']) {
      expect((await api.call('GET', path, { key: reader.key })).status).toBe(200);
      expectProblem(await api.call('GET', path, { key: sender.key }), 403, 'SCOPE_MISSING');
      expectProblem(await api.call('GET', path, { key: apiKey }), 403, 'SCOPE_MISSING');
    }
    expectProblem(await api.call('GET', '/sessions', { key: reader.key }), 403, 'SCOPE_MISSING');
  });

  it('holds a key to its networks, whatever a header says', async () => {
    const { key, allowedCidrs } = await makeKey({ allowedCidrs: ['203.0.113.0/24', '2001:db8::/32'] });
    expect(allowedCidrs).toEqual(['203.0.113.0/24', '2001:db8::/32']);
    const from = (address: string) =>
      api.call('GET', '/sessions', { key, address, headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect((await from('203.0.113.9')).status).toBe(200);
    expect((await from('2001:db8::9')).status).toBe(200);
    expectProblem(await from('198.51.100.9'), 403, 'ADDRESS_NOT_ALLOWED');
    for (const wrong of [['203.0.113.0/33'], ['localhost'], [], Array.from({ length: 21 }, () => '203.0.113.9')]) {
      const body = { name: 'k', allowedCidrs: wrong };
      const answer = await api.call('POST', '/auth/api-keys', { token: account.token, body });
      expectProblem(answer, 422, 'VALIDATION_FAILED');
    }
  });

  it('feels the revocation of a key that was in use within thirty seconds', async () => {
    const { key, keyId } = await makeKey({});
    const use = () => api.call('GET', '/sessions', { key });
    expect((await use()).status).toBe(200);
    await api.call('DELETE', `/auth/api-keys/${keyId}`, { token: account.token });
    vi.setSystemTime(Date.now() + 30_000);
    expectProblem(await use(), 401, 'CREDENTIAL_INVALID');
  });

  it('reads who made, first used and revoked a key, and from where, in pages', async () => {
    const owner = await api.newAccount();
    const made = await api.call('POST', '/auth/api-keys', {
      token: owner.token,
      body: { name: 'k' },
      address: '203.0.113.1',
      headers: { 'user-agent': 'Browser/1.0\u0000', 'x-request-id': 'trace-1' },
    });
    const { key, keyId, lastFour } = made.body.data;
    await Promise.all(Array.from({ length: 5 }, () => api.call('GET', '/webhooks', { key, address: '203.0.113.2' })));
    await api.call('DELETE', `/auth/api-keys/${keyId}`, { token: owner.token, address: '203.0.113.3' });
    const entries: { action: string; subjectId: string }[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await api.call('GET', `/audit?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`, {
        token: owner.token,
      });
      entries.push(...page.body.data);
      cursor = page.body.pagination.nextCursor;
    }
    const user = { kind: 'user', id: owner.userId };
    expect(entries.filter(({ subjectId }) => subjectId === keyId)).toEqual([
      expect.objectContaining({ action: 'api_key.revoked', actor: user, address: '203.0.113.3' }),
      expect.objectContaining({
        action: 'api_key.first_used',
        actor: { kind: 'account-key', id: keyId },
        address: '203.0.113.2',
      }),
      expect.objectContaining({
        action: 'api_key.created',
        actor: user,
        address: '203.0.113.1',
        userAgent: 'Browser/1.0',
        requestId: 'trace-1',
        details: { lastFour },
      }),
    ]);
    const foreign = await api.call('GET', '/audit?limit=100', { token: account.token });
    expect(JSON.stringify(foreign.body)).not.toContain(owner.userId);
  });
});
