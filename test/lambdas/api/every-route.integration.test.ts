import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes } from '../../../core/http/api-routes.ts';
import { adminOperations } from '../../../lambdas/account/admin-operations.ts';
import { accountOperations } from '../../../lambdas/account/operations.ts';
import { authOperations } from '../../../lambdas/auth/operations.ts';
import { messageOperations } from '../../../lambdas/messages/operations.ts';
import { sessionOperations } from '../../../lambdas/sessions/operations.ts';
import { systemOperations } from '../../../lambdas/system/operations.ts';
import { webhookOperations } from '../../../lambdas/webhooks/operations.ts';
import {
  type Answer,
  expectProblem,
  startTestApi,
  type TestAccount,
  type TestAdministrator,
  type TestApi,
} from './support/test-api.ts';

const operations = [
  authOperations,
  accountOperations,
  adminOperations,
  sessionOperations,
  messageOperations,
  webhookOperations,
  systemOperations,
].flatMap((group) => Object.values(group));
const named = operations.map((operation) => ({ name: `${operation.method} ${operation.path}`, operation }));
const withId = named.filter(({ operation }) => operation.path.includes('{'));

/** Bodies that get past the schema, so that what answers is the check of the id. */
const bodies: Readonly<Record<string, object>> = {
  changeSession: { name: 'x' },
  changeUser: { plan: 'pro' },
  createPairingCode: { phone: '+491510000001' },
  sendMessage: { to: '+491510000001', text: 'x' },
};

describe('every route', () => {
  let api: TestApi;
  let account: TestAccount;
  let stranger: TestAccount;
  let administrator: TestAdministrator;
  let ids: Record<string, string>;
  const unknownIds: Record<string, string> = {
    sessionId: 'ses_01k00000000000000000000000',
    webhookId: 'wh_01k00000000000000000000000',
    keyId: 'key_01k00000000000000000000000',
    messageId: '3EB0000000000000000000',
    userId: 'usr_01k00000000000000000000000',
    inviteId: 'inv_01k00000000000000000000000',
  };

  const fill = (path: string, values: Record<string, string>) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const blank = (answer: Answer) => ({ ...answer.body, requestId: '', instance: '' });

  beforeAll(async () => {
    api = await startTestApi();
    [account, stranger, administrator] = await Promise.all([
      api.newAccount(),
      api.newAccount(),
      api.newAdministrator(),
    ]);
    const { data } = (
      await api.call('POST', '/sessions', {
        key: account.key,
        body: { name: 'S', webhook: { url: 'http://127.0.0.1:4000/hook', events: ['*'] } },
      })
    ).body;
    const message = await api.call('POST', `/sessions/${data.sessionId}/messages`, {
      key: account.key,
      body: bodies.sendMessage,
    });
    ids = {
      sessionId: data.sessionId,
      webhookId: data.webhook.id,
      keyId: account.keyId,
      messageId: message.body.data.messageId,
      userId: account.userId,
      inviteId: 'inv_01k00000000000000000000001',
    };
  });

  afterAll(async () => {
    await api?.stop();
  });

  it('has exactly one operation, and the other way round', () => {
    const routes = apiRoutes.map(({ method, path }) => `${method} ${path}`).sort();
    expect(named.map(({ name }) => name).sort()).toEqual(routes);
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  });

  it.each(withId)('$name answers a foreign id exactly as an unknown one', async ({ operation }) => {
    const { method, path, id, access } = operation;
    const isAdmin = access === 'admin';
    const token = isAdmin ? administrator.token : stranger.token;
    const credential = isAdmin || access === 'login' ? { token } : { key: stranger.key };
    const body = bodies[id];
    const call = (values: Record<string, string>) =>
      api.call(method, fill(path, values), { ...credential, ...(body === undefined ? {} : { body }) });
    // No account is foreign to an administrator.
    const foreign = await call(isAdmin ? { ...unknownIds, userId: 'usr_01k00000000000000000000001' } : ids);
    const unknown = await call(unknownIds);
    const impossible = await call(Object.fromEntries(Object.keys(ids).map((name) => [name, 'no%2F..%00id'])));
    expectProblem(foreign, 404, 'NOT_FOUND');
    expect(blank(unknown)).toEqual(blank(foreign));
    expect(blank(impossible)).toEqual(blank(foreign));
  });

  it.each(named.filter(({ operation }) => operation.access !== 'open'))(
    '$name asks for a credential before it looks at anything else',
    async ({ operation }) => {
      const path = fill(operation.path, ids);
      const body = '{"broken';
      expectProblem(await api.call(operation.method, path, { body }), 401, 'CREDENTIAL_MISSING');
      expectProblem(await api.call(operation.method, path, { body, key: 'wharf_ak_x' }), 401, 'CREDENTIAL_INVALID');
      expectProblem(await api.call(operation.method, path, { body, token: 'x.y.z' }), 401, 'CREDENTIAL_INVALID');
    },
  );

  it.each(named.filter(({ operation }) => operation.body !== undefined))(
    '$name refuses bodies that are no JSON, too deep, too large or of another type',
    async ({ operation }) => {
      const tokens: Partial<Record<string, string>> = { login: account.token, admin: administrator.token };
      const token = tokens[operation.access];
      const credential = token === undefined ? { key: account.key } : { token };
      const send = (body: string, headers = {}) =>
        api.call(operation.method, fill(operation.path, ids), { ...credential, body, headers });
      const broken = await send('{"password":"planted-secret-text');
      expectProblem(broken, 400, 'MALFORMED_JSON');
      expect(JSON.stringify(broken.body)).not.toContain('planted');
      expectProblem(await send(`${'['.repeat(21)}${']'.repeat(21)}`), 400, 'MALFORMED_JSON');
      expectProblem(await send('['.repeat(100_000)), 400, 'MALFORMED_JSON');
      expectProblem(await send(`"${'x'.repeat(256 * 1024)}"`), 413, 'BODY_TOO_LARGE');
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      expectProblem(await send('a=b', form), 415, 'UNSUPPORTED_MEDIA_TYPE');
      expectProblem(await send(''), 422, 'VALIDATION_FAILED');
      expectProblem(await send('{"__proto__":{"role":"admin"}}'), 422, 'VALIDATION_FAILED');
    },
  );

  it('knows unknown routes and wrong methods', async () => {
    expectProblem(await api.call('GET', '/no-such-thing'), 404, 'ROUTE_NOT_FOUND');
    const wrong = await api.call('PUT', `/sessions/${ids.sessionId}`);
    expectProblem(wrong, 405, 'METHOD_NOT_ALLOWED');
    expect(wrong.headers.allow).toBe('GET, PATCH, DELETE');
  });

  it('says that it is healthy', async () => {
    const answer = await api.call('GET', '/health');
    expect(answer.body).toEqual({ success: true, data: { status: 'ok', version: '2026-11-01', stage: 'test' } });
  });

  it('sends back a sane request id and replaces any other', async () => {
    const idOf = async (given: string) =>
      (await api.call('GET', '/health', { headers: { 'x-request-id': given } })).headers['x-request-id'];
    expect(await idOf('0b1c:trace-1')).toBe('0b1c:trace-1');
    for (const given of ['', 'a b', 'x'.repeat(129), 'id\nforged log line', '{"a":1}', '-']) {
      expect(await idOf(given)).toMatch(/^req_[0-9a-z]{26}$/);
    }
  });
});
