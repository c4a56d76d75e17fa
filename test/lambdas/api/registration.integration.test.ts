import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { environmentNames } from '../../../core/environment.ts';
import { registrationModeOf } from '../../../lambdas/auth/auth-parts.ts';
import { register } from '../../../lambdas/auth/register.ts';
import { expectProblem, startTestApi, type TestAdministrator, type TestApi } from './support/test-api.ts';

describe('registration by invite', () => {
  let api: TestApi;
  let admin: TestAdministrator;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T10:00:00Z') });
    api = await startTestApi({ [environmentNames.registrationMode]: 'invite' });
    admin = await api.newAdministrator();
  });

  afterAll(async () => {
    vi.useRealTimers();
    await api?.stop();
  });

  const newEmail = () => `guest-${randomBytes(6).toString('hex')}@example.com`;
  const invite = async (body: object = {}) =>
    (await api.call('POST', '/admin/invites', { token: admin.token, body })).body.data;
  const tryToRegister = (inviteToken?: string, email = newEmail()) =>
    api.call('POST', '/auth/register', {
      body: { email, password: 'a password of words', name: 'Guest', ...(inviteToken && { inviteToken }) },
    });

  it('is closed to who has none', async () => {
    expectProblem(await tryToRegister(), 403, 'REGISTRATION_CLOSED');
    expectProblem(await tryToRegister('wharf_in_nonsense'), 403, 'INVITE_INVALID');
    const { inviteId, inviteToken } = await invite();
    const forged = inviteToken.replace(/\.[^.]+$/, `.${'A'.repeat(43)}`);
    expect(forged).toContain(inviteId.slice(4));
    expectProblem(await tryToRegister(forged), 403, 'INVITE_INVALID');
  });

  it('lets exactly one of twenty at once in', async () => {
    const { inviteId, inviteToken } = await invite();
    const answers = await Promise.all(Array.from({ length: 20 }, () => tryToRegister(inviteToken)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) expectProblem(answer, 403, 'INVITE_INVALID');
    const listed = await api.call('GET', '/admin/invites', { token: admin.token });
    const row = listed.body.data.find((item: { inviteId: string }) => item.inviteId === inviteId);
    expect(row).toMatchObject({
      usedBy: made[0]?.body.data.userId,
      usedAt: expect.any(String),
      createdBy: admin.userId,
    });
    expect(JSON.stringify(listed.body)).not.toMatch(/secretHash|wharf_in_/);
  });

  it('is made once for an Idempotency-Key, and answered again with its token', async () => {
    const make = () =>
      api.call('POST', '/admin/invites', { token: admin.token, body: {}, headers: { 'idempotency-key': 'invite-1' } });
    const [first, second] = [await make(), await make()];
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect((await tryToRegister(first.body.data.inviteToken)).status).toBe(201);
  });

  it('is not used up by a registration that fails', async () => {
    const { inviteToken } = await invite();
    expectProblem(await tryToRegister(inviteToken, admin.email), 409, 'EMAIL_TAKEN');
    expect((await tryToRegister(inviteToken)).status).toBe(201);
  });

  it('can be bound to an address', async () => {
    const email = newEmail();
    const { inviteToken } = await invite({ email: email.toUpperCase() });
    expectProblem(await tryToRegister(inviteToken), 403, 'INVITE_INVALID');
    expect((await tryToRegister(inviteToken, email)).status).toBe(201);
  });

  it('ends by time and by being taken back', async () => {
    const short = await invite({ expiresInHours: 1 });
    const takenBack = await invite();
    vi.setSystemTime(Date.now() + 3_600_000);
    const { token } = (
      await api.call('POST', '/auth/login', { body: { email: admin.email, password: admin.password } })
    ).body.data;
    expectProblem(await tryToRegister(short.inviteToken), 403, 'INVITE_INVALID');
    const path = `/admin/invites/${takenBack.inviteId}`;
    expect((await api.call('DELETE', path, { token })).body.data).toEqual({
      inviteId: takenBack.inviteId,
      deleted: true,
    });
    expectProblem(await api.call('DELETE', path, { token }), 404, 'NOT_FOUND');
    expectProblem(await tryToRegister(takenBack.inviteToken), 403, 'INVITE_INVALID');
  });

  it('does not help where registration is closed', async () => {
    const untouchable = new Proxy({}, { get: () => () => expect.unreachable('nothing is read') });
    const parts = { control: untouchable, users: untouchable, audit: untouchable, now: Date.now };
    const body = { email: newEmail(), password: 'a password of words', name: 'Guest', inviteToken: 'wharf_in_x' };
    const origin = { client: { address: '192.0.2.1', userAgent: '' }, requestId: 'req_1' };
    const attempt = register(body, origin, { ...parts, registrationMode: 'closed' } as never);
    await expect(attempt).rejects.toMatchObject({ code: 'REGISTRATION_CLOSED' });
    expect(() => registrationModeOf('opne')).toThrow(/opne/);
  });
});
