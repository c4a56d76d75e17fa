import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopes } from '../../core/accounts/scopes.ts';
import { type CallOptions, expectProblem } from '../lambdas/api/support/test-api.ts';
import { ContractWorld, fillPath, type Ids, type WalkedOperation, walked } from './support/contract-world.ts';
import { exampleBody } from './support/example-body.ts';

const guarded = walked.filter(({ operation }) => operation.access !== 'open');
const isScoped = ({ operation }: WalkedOperation) => scopes.some((scope) => scope === operation.access);
const scoped = guarded.filter(isScoped);
const tokenOnly = guarded.filter((one) => !isScoped(one));

describe('every operation that is not open', () => {
  let world: ContractWorld;
  let ids: Ids;
  let otherSession: Ids;
  let revokedKey: string;
  const keysWithout = new Map<string, string>();

  const call = (one: WalkedOperation, options: CallOptions) =>
    world.call(one, fillPath(one.operation.path, ids), { ...exampleBody(one), ...options });

  const newKey = async (body: object) => {
    const made = await world.api.call('POST', '/auth/api-keys', { token: world.owner.token, body });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body.data as { key: string; keyId: string };
  };

  beforeAll(async () => {
    world = await ContractWorld.start();
    [ids, otherSession] = await Promise.all([world.newIds(), world.newIds()]);
    const { key, keyId } = await newKey({ name: 'revoked before its first use' });
    revokedKey = key;
    const revoked = await world.api.call('DELETE', `/auth/api-keys/${keyId}`, { token: world.owner.token });
    expect(revoked.status).toBe(200);
    for (const scope of scopes) {
      const others = scopes.filter((one) => one !== scope);
      keysWithout.set(scope, (await newKey({ name: `all but ${scope}`, scopes: others })).key);
    }
  });
  afterAll(() => world?.stop());

  it('is one of those that take keys or of those that take tokens only', () => {
    expect(scoped.length).toBeGreaterThan(10);
    expect(tokenOnly.length).toBeGreaterThan(3);
    expect(
      scoped.length + tokenOnly.length + walked.filter(({ operation }) => operation.access === 'open').length,
    ).toBe(walked.length);
  });

  it.each(guarded)('$name asks for a credential', async (one) => {
    expectProblem(await call(one, {}), 401, 'CREDENTIAL_MISSING');
  });

  it.each(guarded)('$name refuses credentials that are none', async (one) => {
    expectProblem(await call(one, { key: 'wharf_ak_x' }), 401, 'CREDENTIAL_INVALID');
    expectProblem(await call(one, { token: 'x.y.z' }), 401, 'CREDENTIAL_INVALID');
    expectProblem(await call(one, { headers: { authorization: 'Basic eDp5' } }), 401, 'CREDENTIAL_INVALID');
  });

  it.each(guarded)('$name refuses a key that was revoked', async (one) => {
    expectProblem(await call(one, { key: revokedKey }), 401, 'CREDENTIAL_INVALID');
  });

  it.each(scoped)('$name refuses a key that has every scope but its own', async (one) => {
    expectProblem(await call(one, { key: keysWithout.get(one.operation.access)! }), 403, 'SCOPE_MISSING');
  });

  it.each(scoped)('$name refuses the key of another session', async (one) => {
    const answer = await call(one, { key: otherSession.sessionKey });
    if (one.variables.includes('sessionId')) expectProblem(answer, 404, 'NOT_FOUND');
    else if (one.variables.length > 0) expect([403, 404]).toContain(answer.status);
    else if (one.operation.takesSessionKeys === true) {
      // It may ask, but sees nothing of this session.
      expect(JSON.stringify(answer.body)).not.toContain(ids.sessionId);
    } else expectProblem(answer, 403, 'SCOPE_MISSING');
  });

  it.each(tokenOnly)('$name takes no key, with whatever scopes', async (one) => {
    expectProblem(await call(one, { key: world.owner.key }), 403, 'JWT_REQUIRED');
    expectProblem(await call(one, { key: ids.sessionKey }), 403, 'JWT_REQUIRED');
  });

  it.each(tokenOnly.filter(({ operation }) => operation.access === 'admin'))(
    '$name is for administrators',
    async (one) => {
      expectProblem(await call(one, { token: world.owner.token }), 403, 'ADMIN_REQUIRED');
    },
  );
});
