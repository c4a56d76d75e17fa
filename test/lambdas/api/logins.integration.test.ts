import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyPassword } from '../../../core/accounts/password-hash.ts';
import {
  type Answer,
  type CallOptions,
  expectProblem,
  startTestApi,
  type TestAccount,
  type TestApi,
} from './support/test-api.ts';

vi.mock('../../../core/accounts/password-hash.ts', async (original) => {
  const actual = await original<typeof import('../../../core/accounts/password-hash.ts')>();
  return { ...actual, verifyPassword: vi.fn(actual.verifyPassword) };
});

const minuteMs = 60_000;

describe('logins', () => {
  let api: TestApi;
  let account: TestAccount;
  let addresses = 0;

  beforeAll(async () => {
    // Before the handlers are loaded: they take the clock that they find.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T10:00:00Z') });
    api = await startTestApi();
  });

  beforeEach(async () => {
    pass(24 * 60 * minuteMs);
    account = await api.newAccount();
    vi.mocked(verifyPassword).mockClear();
  });

  afterAll(async () => {
    vi.useRealTimers();
    await api?.stop();
  });

  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
  const newAddress = () => `198.51.100.${++addresses}`;
  const post = (path: string, body: unknown, options: CallOptions = {}): Promise<Answer> =>
    api.call('POST', path, { ...options, body });
  const logIn = (options: { password?: string; email?: string; address?: string } = {}) => {
    const { email = account.email, password = account.password, address = '192.0.2.1' } = options;
    return post('/auth/login', { email, password }, { address });
  };
  const refresh = (refreshToken: string) => post('/auth/refresh', { refreshToken });
  const me = (token: string) => api.call('GET', '/auth/me', { token });
  const trail = async () => {
    const { token } = (await logIn({ address: '192.0.2.99' })).body.data;
    const answer = await api.call('GET', '/audit?limit=100', { token });
    // biome-ignore lint/suspicious/noExplicitAny: entries of every shape
    return answer.body.data as any[];
  };

  it('answer a token for now and one to get the next with', async () => {
    const { data } = (await logIn()).body;
    expect(data).toEqual({
      token: expect.any(String),
      tokenType: 'Bearer',
      expiresAt: new Date(Date.now() + 900_000).toISOString(),
      expiresIn: 900,
      refreshToken: expect.stringMatching(/^wharf_rt_/),
      refreshTokenExpiresAt: new Date(Date.now() + 30 * 24 * 60 * minuteMs).toISOString(),
      user: expect.objectContaining({ userId: account.userId }),
    });
  });

  it('go on by rotation beyond the life of the first token', async () => {
    let { token, refreshToken } = (await logIn()).body.data;
    for (let turn = 0; turn < 4; turn++) {
      pass(20 * minuteMs);
      expectProblem(await me(token), 401, 'CREDENTIAL_EXPIRED');
      const next = (await refresh(refreshToken)).body.data;
      expect(next.refreshToken).not.toBe(refreshToken);
      ({ token, refreshToken } = next);
      expect((await me(token)).status).toBe(200);
    }
  });

  it('end with the family when a refresh token comes a second time, and the owner can read so', async () => {
    const stolen = (await logIn()).body.data.refreshToken;
    const other = (await logIn()).body.data.refreshToken;
    const current = (await refresh(stolen)).body.data.refreshToken;
    expect((await refresh(stolen)).body.data.refreshToken, 'a repeat within ten seconds').toBe(current);
    pass(11_000);
    expectProblem(await refresh(stolen), 401, 'REFRESH_TOKEN_INVALID');
    expectProblem(await refresh(current), 401, 'REFRESH_TOKEN_INVALID');
    expect((await refresh(other)).status, 'another login goes on').toBe(200);
    expect((await trail()).filter(({ action }) => action === 'refresh_token.reused')).toHaveLength(1);
  });

  it('end by logging out, once and for all, and a stranger learns nothing from it', async () => {
    const { refreshToken } = (await logIn()).body.data;
    for (const token of [refreshToken, refreshToken, 'wharf_rt_nonsense']) {
      expect((await post('/auth/logout', { refreshToken: token })).body.data).toEqual({ loggedOut: true });
    }
    expectProblem(await refresh(refreshToken), 401, 'REFRESH_TOKEN_INVALID');
    expect((await trail()).filter(({ action }) => action === 'login.ended')).toHaveLength(1);
  });

  it('tell the two kinds of token apart', async () => {
    const { token, refreshToken } = (await logIn()).body.data;
    expectProblem(await me(refreshToken), 401, 'CREDENTIAL_INVALID');
    expectProblem(await refresh(token), 401, 'REFRESH_TOKEN_INVALID');
  });

  it('end a token to the second', async () => {
    const { token } = (await logIn()).body.data;
    const { exp = 0 } = decodeJwt(token);
    vi.setSystemTime(exp * 1_000 - 1);
    expect((await me(token)).status).toBe(200);
    vi.setSystemTime(exp * 1_000 + 1_000);
    expectProblem(await me(token), 401, 'CREDENTIAL_EXPIRED');
  });

  it('all end when the password changes, but for the one that changed it', async () => {
    const before = (await logIn()).body.data;
    const other = (await logIn()).body.data.refreshToken;
    const change = (body: object) => api.call('PUT', '/auth/password', { token: before.token, body });
    const newPassword = 'an entirely new passphrase';
    expectProblem(await change({ currentPassword: 'not this one', newPassword }), 403, 'PASSWORD_WRONG');
    const weak = await change({ currentPassword: account.password, newPassword: 'Password123' });
    expectProblem(weak, 422, 'VALIDATION_FAILED');
    expect(weak.body.errors[0].pointer).toBe('/newPassword');
    const changed = await change({ currentPassword: account.password, newPassword });
    expect(changed.status).toBe(200);
    for (const refreshToken of [before.refreshToken, other]) {
      expectProblem(await refresh(refreshToken), 401, 'REFRESH_TOKEN_INVALID');
    }
    expect((await refresh(changed.body.data.refreshToken)).status).toBe(200);
    expectProblem(await logIn(), 401, 'LOGIN_FAILED');
    expect((await logIn({ password: newPassword })).status).toBe(200);
    expect((await api.call('GET', '/sessions', { key: account.key })).status, 'keys stay').toBe(200);
  });

  it('cannot be guessed through a stolen token either', async () => {
    const { token } = (await logIn()).body.data;
    const body = { currentPassword: 'not this one', newPassword: 'an entirely new passphrase' };
    const codes: string[] = [];
    for (let guess = 0; guess < 10; guess++) {
      codes.push((await api.call('PUT', '/auth/password', { token, body, address: newAddress() })).body.code);
    }
    expect(codes.filter((code) => code === 'PASSWORD_WRONG').length).toBeLessThanOrEqual(5);
    expect(codes.at(-1)).toBe('LOGIN_THROTTLED');
  });

  it('evaluate at most 20 of 1,000 guesses in two hours, from one address or from many', async () => {
    const evaluated = async (email: string, addressOf: () => string) => {
      vi.mocked(verifyPassword).mockClear();
      for (let guess = 0; guess < 1_000; guess++) {
        const answer = await logIn({ email, password: `guess number ${guess}`, address: addressOf() });
        if (answer.status !== 401) {
          expectProblem(answer, 429, 'LOGIN_THROTTLED');
          expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
        }
        pass(7_200);
      }
      return vi.mocked(verifyPassword).mock.calls.length;
    };
    expect(await evaluated(account.email, () => '203.0.113.1')).toBeLessThanOrEqual(20);
    let last = 0;
    const fromMany = () => `203.0.${114 + (last >> 8)}.${last++ % 256}`;
    expect(await evaluated('nobody@example.com', fromMany)).toBeLessThanOrEqual(20);
  });

  it('let the owner in from where they logged in before, while a stranger guesses', async () => {
    const home = newAddress();
    expect((await logIn({ address: home })).status).toBe(200);
    const stranger = newAddress();
    for (let guess = 0; guess < 20; guess++) await logIn({ password: 'a guess', address: stranger });
    expectProblem(await logIn({ address: stranger }), 429, 'LOGIN_THROTTLED');
    expect((await logIn({ address: home })).status).toBe(200);
  });

  it('cost an unknown address all that a known one costs', async () => {
    const send = vi.spyOn(DynamoDBDocumentClient.prototype, 'send');
    const costOf = async (email: string) => {
      send.mockClear();
      vi.mocked(verifyPassword).mockClear();
      const answer = await logIn({ email, password: 'not this one', address: newAddress() });
      expectProblem(answer, 401, 'LOGIN_FAILED');
      const commands = send.mock.calls.map(([command]) => command.constructor.name);
      return { commands, hashes: vi.mocked(verifyPassword).mock.calls.length, body: { ...answer.body, requestId: '' } };
    };
    const known = await costOf(account.email);
    expect(known.commands.length).toBeGreaterThan(3);
    expect(await costOf('somebody-else@example.com')).toEqual(known);
    send.mockRestore();
  });

  it('leave a trail: succeeded and failed, and from where', async () => {
    await logIn({ password: 'not this one', address: '203.0.113.77' });
    const [succeeded, failed] = (await trail()).filter(({ action }) => action.startsWith('login.'));
    expect(succeeded).toMatchObject({ action: 'login.succeeded', actor: { kind: 'user', id: account.userId } });
    expect(failed).toMatchObject({
      action: 'login.failed',
      actor: { kind: 'anyone', id: null },
      address: '203.0.113.77',
    });
  });

  it('are stored without a password or a token', async () => {
    const { refreshToken } = (await logIn()).body.data;
    const { Items } = await api.aws.clients.document.send(new ScanCommand({ TableName: api.aws.tables.control }));
    const stored = JSON.stringify(Items);
    expect(stored).toContain(account.userId);
    for (const secret of [account.password, refreshToken, refreshToken.split('.').at(-1)]) {
      expect(stored).not.toContain(secret);
    }
  });
});
