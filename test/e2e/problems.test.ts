import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startStack } from './support/local-stack.ts';
import { Receiver } from './support/receiver.ts';
import { createSession, createTenant, type Tenant } from './support/tenant.ts';
import { type Answer, WharfClient } from './support/wharf-client.ts';

/** A problem document with everything that belongs to one. */
function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body?.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ success: false, status, type: expect.any(String), title: expect.any(String) });
  expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
}

describe('problem documents', () => {
  let stack: LocalStack;
  let receiver: Receiver;
  let tenant: Tenant;
  let stranger: Tenant;
  let sessionId: string;
  let sessionKey: string;

  beforeAll(async () => {
    stack = await startStack();
    receiver = await Receiver.start();
    tenant = await createTenant(stack);
    stranger = await createTenant(stack);
    const created = await createSession(tenant, receiver);
    sessionId = created.sessionId;
    sessionKey = created.apiKey;
  });

  afterAll(async () => {
    await receiver?.stop();
    await stack?.dispose();
  });

  it('refuses a call without a credential, with a wrong one, with a mistyped and with an altered one', async () => {
    const anonymous = new WharfClient(stack.api);
    expectProblem(await anonymous.get('/sessions'), 401, 'CREDENTIAL_MISSING');
    expectProblem(await anonymous.withKey('wharf_ak_nonsense').get('/sessions'), 401, 'CREDENTIAL_INVALID');
    const altered = tenant.key.slice(0, -1) + (tenant.key.endsWith('A') ? 'B' : 'A');
    expectProblem(await anonymous.withKey(altered).get('/sessions'), 401, 'CREDENTIAL_INVALID');
    expectProblem(await anonymous.withToken(`${tenant.token}x`).get('/sessions'), 401, 'CREDENTIAL_INVALID');
  });

  it('answers a foreign session id exactly as an unknown one', async () => {
    const unknown = await stranger.client.get('/sessions/ses_01k00000000000000000000000');
    const foreign = await stranger.client.get(`/sessions/${sessionId}`);
    expectProblem(foreign, 404, 'NOT_FOUND');
    const comparable = (answer: Answer) => ({ ...answer.body, requestId: '', instance: '' });
    expect(comparable(foreign)).toEqual(comparable(unknown));
  });

  it('lets a session key see its session and nothing else', async () => {
    const client = new WharfClient(stack.api).withKey(sessionKey);
    expect((await client.get(`/sessions/${sessionId}`)).status).toBe(200);
    const other = await createSession(tenant, receiver);
    expectProblem(await client.get(`/sessions/${other.sessionId}`), 404, 'NOT_FOUND');
  });

  it('names each wrong field of a body by a JSON Pointer', async () => {
    const answer = await tenant.client.post('/sessions', { name: 7, surprise: true });
    expectProblem(answer, 422, 'VALIDATION_FAILED');
    const pointers = answer.body.errors.map((error: { pointer: string }) => error.pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/name', '/surprise']));
    expectProblem(await tenant.client.request('POST', '/sessions', '{"name":'), 400, 'MALFORMED_JSON');
  });

  it('knows unknown routes and wrong methods', async () => {
    expectProblem(await tenant.client.get('/no-such-thing'), 404, 'ROUTE_NOT_FOUND');
    const wrong = await tenant.client.request('PUT', '/auth/login', '{}');
    expectProblem(wrong, 405, 'METHOD_NOT_ALLOWED');
    expect(wrong.headers.get('allow')).toContain('POST');
  });

  it('keeps key creation for a login token and refuses a webhook into the private network', async () => {
    expectProblem(await tenant.client.post('/auth/api-keys', { name: 'x' }), 403, 'JWT_REQUIRED');
    const body = { name: 'x', webhook: { url: 'https://10.0.0.1/hook', events: ['*'] } };
    expectProblem(await tenant.client.post('/sessions', body), 422, 'WEBHOOK_URL_FORBIDDEN');
  });

  it('refuses a revoked key', async () => {
    const made = await tenant.jwtClient.post('/auth/api-keys', { name: 'short-lived' });
    const client = new WharfClient(stack.api).withKey(made.body.data.key);
    expect((await tenant.jwtClient.delete(`/auth/api-keys/${made.body.data.keyId}`)).status).toBe(200);
    expectProblem(await client.get('/sessions'), 401, 'CREDENTIAL_INVALID');
  });
});
