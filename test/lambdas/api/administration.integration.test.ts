import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  expectProblem,
  startTestApi,
  type TestAccount,
  type TestAdministrator,
  type TestApi,
} from './support/test-api.ts';

describe('administration', () => {
  let api: TestApi;
  let admin: TestAdministrator;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T10:00:00Z') });
    api = await startTestApi();
    admin = await api.newAdministrator();
  });

  afterAll(async () => {
    vi.useRealTimers();
    await api?.stop();
  });

  /** The time in which a change must be felt everywhere. */
  const passThirtySeconds = () => vi.setSystemTime(Date.now() + 30_000);
  const asAdmin = (method: string, path: string, body?: unknown) =>
    api.call(method, path, { token: admin.token, ...(body === undefined ? {} : { body }) });
  const ofUser = ({ userId }: { userId: string }, rest = '') => `/admin/users/${userId}${rest}`;
  const logIn = ({ email }: TestAccount | TestAdministrator, password: string) =>
    api.call('POST', '/auth/login', { body: { email, password } });
  const actions = async (user: { userId: string }) =>
    (await asAdmin('GET', ofUser(user, '/audit'))).body.data.map(({ action }: { action: string }) => action);

  it('is for administrators with a login token', async () => {
    const account = await api.newAccount();
    for (const [method, path] of [
      ['GET', '/admin/users'],
      ['GET', ofUser(account)],
      ['PATCH', ofUser(account)],
      ['POST', ofUser(account, '/suspend')],
      ['POST', ofUser(account, '/restore')],
      ['POST', ofUser(account, '/password-reset')],
      ['POST', '/admin/invites'],
    ] as const) {
      const body = { role: 'admin' };
      expectProblem(await api.call(method, path, { token: account.token, body }), 403, 'ADMIN_REQUIRED');
      expectProblem(await api.call(method, path, { key: account.key, body }), 403, 'JWT_REQUIRED');
    }
  });

  it('lists accounts by pages and finds one by its address', async () => {
    const accounts = [await api.newAccount(), await api.newAccount(), await api.newAccount()];
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await asAdmin('GET', `/admin/users?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.body.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.data.map(({ userId }: TestAccount) => userId));
      cursor = page.body.pagination.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining([admin.userId, ...accounts.map(({ userId }) => userId)]));
    const email = accounts[0]!.email.toUpperCase();
    const found = await asAdmin('GET', `/admin/users?email=${encodeURIComponent(email)}`);
    expect(found.body.data).toEqual([
      {
        userId: accounts[0]!.userId,
        email: accounts[0]!.email,
        name: 'Owner',
        role: 'user',
        plan: 'sandbox',
        suspendedAt: null,
        createdAt: expect.any(String),
      },
    ]);
    expect((await asAdmin('GET', '/admin/users?email=none%40example.com')).body.data).toEqual([]);
  });

  it('sets a plan, felt by every credential within thirty seconds', async () => {
    const account = await api.newAccount();
    const planOf = async () => (await api.call('GET', '/auth/me', { token: account.token })).body.data.plan;
    expect(await planOf()).toBe('sandbox');
    expect((await asAdmin('PATCH', ofUser(account), { plan: 'free' })).body.data.plan).toBe('free');
    passThirtySeconds();
    expect(await planOf()).toBe('free');
    const usage = await api.call('GET', '/usage', { key: account.key });
    expect(usage.body.data).toMatchObject({
      plan: 'free',
      quotas: { sessions: { limit: 2 }, messages: { limit: 200 } },
    });
    expect((await asAdmin('PATCH', ofUser(account), { plan: null })).body.data.plan).toBe('sandbox');
    expectProblem(await asAdmin('PATCH', ofUser(account), { plan: 'golden' }), 422, 'VALIDATION_FAILED');
    expectProblem(await asAdmin('PATCH', ofUser(account), {}), 422, 'VALIDATION_FAILED');
    expectProblem(await asAdmin('PATCH', ofUser(account), { email: 'x@example.com' }), 422, 'VALIDATION_FAILED');
    expect(await actions(account)).toEqual(expect.arrayContaining(['account.plan_changed', 'account.registered']));
  });

  it('gives and takes the role, felt by tokens that were issued before', async () => {
    const account = await api.newAccount();
    const list = () => api.call('GET', '/admin/users', { token: account.token });
    await asAdmin('PATCH', ofUser(account), { role: 'admin' });
    passThirtySeconds();
    expect((await list()).status).toBe(200);
    await asAdmin('PATCH', ofUser(account), { role: 'user' });
    passThirtySeconds();
    expectProblem(await list(), 403, 'ADMIN_REQUIRED');
  });

  it('shuts an account out within thirty seconds, by every door, and lets it in again', async () => {
    const account = await api.newAccount();
    const { refreshToken } = (await logIn(account, account.password)).body.data;
    expect((await api.call('GET', '/sessions', { key: account.key })).status).toBe(200);
    const suspended = await asAdmin('POST', ofUser(account, '/suspend'));
    expect(suspended.body.data.suspendedAt).toBe(new Date().toISOString());
    expect((await asAdmin('POST', ofUser(account, '/suspend'))).body).toEqual(suspended.body);
    expectProblem(await logIn(account, account.password), 403, 'ACCOUNT_SUSPENDED');
    expectProblem(await logIn(account, 'not this one'), 401, 'LOGIN_FAILED');
    expectProblem(await api.call('POST', '/auth/refresh', { body: { refreshToken } }), 401, 'REFRESH_TOKEN_INVALID');
    passThirtySeconds();
    const { key, token } = account;
    expectProblem(await api.call('GET', '/sessions', { key }), 403, 'ACCOUNT_SUSPENDED');
    expectProblem(await api.call('GET', '/webhooks', { token }), 403, 'ACCOUNT_SUSPENDED');
    expect((await asAdmin('POST', ofUser(account, '/restore'))).body.data.suspendedAt).toBeNull();
    passThirtySeconds();
    expect((await api.call('GET', '/sessions', { key })).status).toBe(200);
    expect((await logIn(account, account.password)).status).toBe(200);
    const noted = (await actions(account)).filter((action: string) => /suspended|restored/.test(action));
    expect(noted).toEqual(['account.restored', 'account.suspended']);
  });

  it('keeps administrators from locking themselves out', async () => {
    expectProblem(await asAdmin('POST', ofUser(admin, '/suspend')), 409, 'OWN_ACCOUNT');
    expectProblem(await asAdmin('PATCH', ofUser(admin), { role: 'user' }), 409, 'OWN_ACCOUNT');
    expect((await asAdmin('PATCH', ofUser(admin), { plan: 'pro' })).status).toBe(200);
  });

  it('hands out a token that sets a password once', async () => {
    const account = await api.newAccount();
    const { refreshToken } = (await logIn(account, account.password)).body.data;
    const make = async () => (await asAdmin('POST', ofUser(account, '/password-reset'))).body.data;
    const use = (token: string, password: string) =>
      api.call('POST', '/auth/password-reset/confirm', { body: { token, password } });
    const replaced = await make();
    const { resetToken, expiresAt } = await make();
    expect(Date.parse(expiresAt) - Date.now()).toBe(3_600_000);
    expectProblem(await use(replaced.resetToken, 'a password of the owner'), 403, 'RESET_TOKEN_INVALID');
    expectProblem(await use('wharf_pr_nonsense', 'a password of the owner'), 403, 'RESET_TOKEN_INVALID');
    expectProblem(await use(resetToken, 'Password123'), 422, 'VALIDATION_FAILED');
    const tries = await Promise.all(
      Array.from({ length: 8 }, (_, index) => use(resetToken, `a password of the owner ${index}`)),
    );
    expect(tries.filter(({ status }) => status === 200)).toHaveLength(1);
    const won = tries.findIndex(({ status }) => status === 200);
    expectProblem(await use(resetToken, 'another password'), 403, 'RESET_TOKEN_INVALID');
    expectProblem(await logIn(account, account.password), 401, 'LOGIN_FAILED');
    expect((await logIn(account, `a password of the owner ${won}`)).status).toBe(200);
    expectProblem(await api.call('POST', '/auth/refresh', { body: { refreshToken } }), 401, 'REFRESH_TOKEN_INVALID');
    expect(await actions(account)).toEqual(expect.arrayContaining(['password.reset', 'password.reset_issued']));
  });

  it('lets a token to set a password expire after an hour', async () => {
    const account = await api.newAccount();
    const { resetToken: token } = (await asAdmin('POST', ofUser(account, '/password-reset'))).body.data;
    vi.setSystemTime(Date.now() + 3_600_000);
    const body = { token, password: 'a password of the owner' };
    expectProblem(await api.call('POST', '/auth/password-reset/confirm', { body }), 403, 'RESET_TOKEN_INVALID');
  });
});
