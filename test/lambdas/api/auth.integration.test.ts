import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newApiKey } from '../../../core/accounts/api-key.ts';
import { readItem } from '../../../core/storage/table.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { signingKey } from './support/signing-key.ts';
import { expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

describe('accounts, login and keys', () => {
  let api: TestApi;
  let account: TestAccount;

  beforeAll(async () => {
    // Before the handlers are loaded: they take the clock that they find.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T10:00:00Z') });
    api = await startTestApi();
    account = await api.newAccount();
  });

  afterAll(async () => {
    vi.useRealTimers();
    await api?.stop();
  });

  it('registers in the shape that the first clients read', async () => {
    const answer = await api.call('POST', '/auth/register', {
      body: { email: 'Ann@Example.com', password: 'some longer words', name: '  Ann  ' },
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      success: true,
      data: {
        userId: expect.stringMatching(/^usr_[0-9a-z]{26}$/),
        email: 'Ann@Example.com',
        name: 'Ann',
        role: 'user',
        createdAt: expect.any(String),
      },
    });
    const again = await api.call('POST', '/auth/register', {
      body: { email: 'ann@example.COM', password: 'other long words', name: 'Ann' },
    });
    expectProblem(again, 409, 'EMAIL_TAKEN');
    const login = await api.call('POST', '/auth/login', {
      body: { email: 'ANN@example.com', password: 'some longer words' },
    });
    expect(login.status).toBe(200);
  });

  it('makes one account of 50 identical registrations at once', async () => {
    const body = { email: 'many@example.com', password: 'fifty at the same time', name: 'Many' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.call('POST', '/auth/register', { body })));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(49);
    const login = await api.call('POST', '/auth/login', { body: { email: body.email, password: body.password } });
    expect(login.body.data.user.userId).toBe(answers.find((answer) => answer.status === 201)?.body.data.userId);
  });

  it('refuses passwords that are too short, too long or tried first, and takes the rest as typed', async () => {
    const attempt = (password: string, email = 'pw@example.com') =>
      api.call('POST', '/auth/register', { body: { email, password, name: 'P' } });
    for (const password of ['seven77', 'x'.repeat(129), 'Password123', 'pw@example.com']) {
      const answer = await attempt(password);
      expectProblem(answer, 422, 'VALIDATION_FAILED');
      expect(answer.body.errors[0].pointer).toBe('/password');
      expect(JSON.stringify(answer.body)).not.toContain(password.slice(0, 100));
    }
    const typed = '  Ünïcode \u{1f600} blanks  ';
    expect((await attempt(typed)).status).toBe(201);
    const login = (password: string) =>
      api.call('POST', '/auth/login', { body: { email: 'pw@example.com', password } });
    expect((await login(typed)).status).toBe(200);
    expectProblem(await login(typed.trim()), 401, 'LOGIN_FAILED');
  });

  it('answers an unknown address like a wrong password', async () => {
    const wrong = await api.call('POST', '/auth/login', { body: { email: account.email, password: 'not this one' } });
    const unknown = await api.call('POST', '/auth/login', {
      body: { email: 'no@example.com', password: 'not this one' },
    });
    expectProblem(wrong, 401, 'LOGIN_FAILED');
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
  });

  it('gives a token for fifteen minutes and knows its bearer', async () => {
    const { exp, iat, ...claims } = decodeJwt(account.token);
    expect((exp ?? 0) - (iat ?? 0)).toBe(900);
    expect(claims).toMatchObject({ iss: 'wharf', aud: 'wharf-api', sub: account.userId, role: 'user' });
    const me = await api.call('GET', '/auth/me', { token: account.token });
    expect(me.body.data).toMatchObject({ userId: account.userId, email: account.email });
    expect(JSON.stringify(me.body)).not.toContain('argon2');
  });

  it('keeps key routes for a login token', async () => {
    for (const [method, path] of [
      ['POST', '/auth/api-keys'],
      ['GET', '/auth/api-keys'],
      ['GET', '/auth/me'],
      ['DELETE', `/auth/api-keys/${account.keyId}`],
    ] as const) {
      expectProblem(await api.call(method, path, { key: account.key, body: { name: 'x' } }), 403, 'JWT_REQUIRED');
    }
  });

  it('shows a key once and stores only its hash', async () => {
    const { token } = account;
    const made = await api.call('POST', '/auth/api-keys', { token, body: { name: 'SaaS Master Key' } });
    expect(made.status).toBe(201);
    const { key, lastFour, keyId } = made.body.data;
    expect(key).toMatch(/^wharf_ak_[0-9A-Za-z]{38}$/);
    expect(lastFour).toBe(key.slice(-4));
    const listed = await api.call('GET', '/auth/api-keys', { token });
    expect(listed.body.data[0]).toEqual({ ...made.body.data, key: undefined });
    expect(JSON.stringify(listed.body)).not.toContain(key);
    const row = await readItem(
      { dynamodb: api.aws.clients.document, tableName: api.aws.tables.control },
      tableKeys.apiKey(account.userId, keyId),
    );
    expect(JSON.stringify(row)).not.toContain(key);
  });

  it('notes the last use of a key', async () => {
    await api.call('GET', '/sessions', { key: account.key });
    const listed = await api.call('GET', '/auth/api-keys', { token: account.token });
    const used = listed.body.data.find((key: { keyId: string }) => key.keyId === account.keyId);
    expect(Date.parse(used.lastUsedAt)).toBeGreaterThan(Date.parse(used.createdAt) - 1);
  });

  it('refuses a revoked key, an expired one, an invented one and one that lacks the scope', async () => {
    const { token } = account;
    const make = async (body: object) =>
      (await api.call('POST', '/auth/api-keys', { token, body: { name: 'k', ...body } })).body.data;
    const revoked = await make({});
    expect((await api.call('DELETE', `/auth/api-keys/${revoked.keyId}`, { token })).body.data).toEqual({
      keyId: revoked.keyId,
      deleted: true,
    });
    expectProblem(await api.call('GET', '/sessions', { key: revoked.key }), 401, 'CREDENTIAL_INVALID');
    expectProblem(await api.call('DELETE', `/auth/api-keys/${revoked.keyId}`, { token }), 404, 'NOT_FOUND');
    expectProblem(await api.call('GET', '/sessions', { key: newApiKey('account').key }), 401, 'CREDENTIAL_INVALID');

    const narrow = await make({ scopes: ['messages:read'] });
    expectProblem(await api.call('GET', '/sessions', { key: narrow.key }), 403, 'SCOPE_MISSING');

    const past = await api.call('POST', '/auth/api-keys', {
      token,
      body: { name: 'k', expiresAt: '2020-01-01T00:00:00Z' },
    });
    expectProblem(past, 422, 'VALIDATION_FAILED');
    const short = await make({ expiresAt: new Date(Date.now() + 10_000).toISOString() });
    const use = () => api.call('GET', '/sessions', { key: short.key });
    expect((await use()).status).toBe(200);
    vi.setSystemTime(Date.now() + 10_000);
    expectProblem(await use(), 401, 'CREDENTIAL_EXPIRED');
  });

  it('does not revoke the key of another account', async () => {
    const stranger = await api.newAccount();
    const answer = await api.call('DELETE', `/auth/api-keys/${account.keyId}`, { token: stranger.token });
    expectProblem(answer, 404, 'NOT_FOUND');
    expect((await api.call('GET', '/sessions', { key: account.key })).status).toBe(200);
  });

  it('refuses forged tokens', async () => {
    const key = signingKey(api.jwtSecret);
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const claims = decodeJwt(account.token);
    const [, payload, signature] = account.token.split('.');
    const seconds = Math.floor(Date.now() / 1_000);
    const sign = (change: object, header: object = {}) =>
      new SignJWT({ ...claims, ...change })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header } as never)
        .sign(key);
    expect((await api.call('GET', '/auth/me', { token: await sign({}) })).status).toBe(200);
    const forged = [
      `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
      `${encode({ alg: 'HS512', typ: 'at+jwt' })}.${payload}.${signature}`,
      await sign({}, { alg: 'HS512' }),
      await sign({}, { typ: 'rt+jwt' }),
      await sign({ aud: 'somebody-else' }),
      await sign({ iss: 'somebody-else' }),
      await sign({ nbf: seconds + 60 }),
      await sign({ role: 'owner' }),
      await sign({}, { jku: 'https://example.com/keys' }),
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', jwk: { kty: 'oct', k: 'A'.repeat(43) } } as never)
        .sign(Buffer.alloc(32)),
      await sign({ sub: undefined }),
      `${account.token}x`,
      'not.a.token',
    ];
    for (const token of forged) expectProblem(await api.call('GET', '/auth/me', { token }), 401, 'CREDENTIAL_INVALID');
    expectProblem(
      await api.call('GET', '/auth/me', { token: await sign({ exp: seconds - 1 }) }),
      401,
      'CREDENTIAL_EXPIRED',
    );
  });

  it('answers 401 without a credential, with how to send one', async () => {
    const answer = await api.call('GET', '/auth/me');
    expectProblem(answer, 401, 'CREDENTIAL_MISSING');
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    expectProblem(
      await api.call('GET', '/auth/me', { headers: { authorization: 'Basic abc' } }),
      401,
      'CREDENTIAL_INVALID',
    );
  });
});
