import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes } from '../../../core/http/api-routes.ts';
import {
  ContractWorld,
  fillPath,
  type Ids,
  type WalkedOperation,
  walked,
} from '../../contract/support/contract-world.ts';
import { expectProblem } from './support/test-api.ts';

describe('every route', () => {
  let world: ContractWorld;
  let ids: Ids;

  beforeAll(async () => {
    world = await ContractWorld.start();
    ids = await world.newIds();
  });
  afterAll(() => world?.stop());

  const call = (one: WalkedOperation, options: Parameters<ContractWorld['call']>[2]) =>
    world.call(one, fillPath(one.operation.path, ids), options);

  it('has exactly one operation, and the other way round', () => {
    const routes = apiRoutes.map(({ method, path }) => `${method} ${path}`).sort();
    expect(walked.map(({ name }) => name).sort()).toEqual(routes);
    expect(new Set(walked.map(({ operation }) => operation.id)).size).toBe(walked.length);
  });

  it.each(walked.filter(({ operation }) => operation.access !== 'open'))(
    '$name asks for a credential before it looks at anything else',
    async (one) => {
      const body = '{"broken';
      expectProblem(await call(one, { body }), 401, 'CREDENTIAL_MISSING');
      expectProblem(await call(one, { body, key: 'wharf_ak_x' }), 401, 'CREDENTIAL_INVALID');
      expectProblem(await call(one, { body, token: 'x.y.z' }), 401, 'CREDENTIAL_INVALID');
    },
  );

  it.each(walked.filter(({ operation }) => operation.body !== undefined))(
    '$name refuses bodies that are no JSON, too deep, too large or of another type',
    async (one) => {
      const send = (body: string, headers = {}) => call(one, { ...world.credential(one.operation), body, headers });
      const broken = await send('{"password":"planted-secret-text');
      expectProblem(broken, 400, 'MALFORMED_JSON');
      expect(JSON.stringify(broken.body)).not.toContain('planted');
      expectProblem(await send(`${'['.repeat(21)}${']'.repeat(21)}`), 400, 'MALFORMED_JSON');
      expectProblem(await send('['.repeat(100_000)), 400, 'MALFORMED_JSON');
      expectProblem(await send(`"${'x'.repeat(256 * 1024)}"`), 413, 'BODY_TOO_LARGE');
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      expectProblem(await send('a=b', form), 415, 'UNSUPPORTED_MEDIA_TYPE');
      if (one.documented.requestBody?.required !== false) expectProblem(await send(''), 422, 'VALIDATION_FAILED');
      expectProblem(await send('{"__proto__":{"role":"admin"}}'), 422, 'VALIDATION_FAILED');
    },
  );

  it('knows unknown routes and wrong methods', async () => {
    expectProblem(await world.api.call('GET', '/no-such-thing'), 404, 'ROUTE_NOT_FOUND');
    const wrong = await world.api.call('PUT', `/sessions/${ids.sessionId}`);
    expectProblem(wrong, 405, 'METHOD_NOT_ALLOWED');
    expect(wrong.headers.allow).toBe('GET, PATCH, DELETE');
  });

  it('says that it is healthy', async () => {
    const answer = await world.api.call('GET', '/health');
    expect(answer.body).toEqual({ success: true, data: { status: 'ok', version: '2026-11-01', stage: 'test' } });
  });

  it('sends back a sane request id and replaces any other', async () => {
    const idOf = async (given: string) =>
      (await world.api.call('GET', '/health', { headers: { 'x-request-id': given } })).headers['x-request-id'];
    expect(await idOf('0b1c:trace-1')).toBe('0b1c:trace-1');
    for (const given of ['', 'a b', 'x'.repeat(129), 'id\nforged log line', '{"a":1}', '-']) {
      expect(await idOf(given)).toMatch(/^req_[0-9a-z]{26}$/);
    }
  });
});
