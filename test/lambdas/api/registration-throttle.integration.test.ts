import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { environmentNames } from '../../../core/environment.ts';
import { expectProblem, startTestApi, type TestApi } from './support/test-api.ts';

describe('opening accounts where everybody may', () => {
  let api: TestApi;
  let made = 0;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T10:00:00Z') });
    api = await startTestApi({ [environmentNames.registrationsPerAddress]: '3' });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await api?.stop();
  });

  const register = (address: string, email = `guest-${made++}@example.com`) =>
    api.call('POST', '/auth/register', { address, body: { email, password: 'a password of words', name: 'Guest' } });

  it('lets as many in at once as the operator says, then asks to wait, and forgives with time', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => register('198.51.100.1')));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(answers.length - refused.length).toBe(3);
    for (const answer of refused) {
      expectProblem(answer, 429, 'REGISTRATION_THROTTLED');
      expect(Number(answer.headers['retry-after'])).toBe(answer.body.retryAfterSeconds);
    }
    expect((await register('198.51.100.2')).status).toBe(201);
    vi.setSystemTime(Date.now() + 60_000);
    expect((await register('198.51.100.1')).status).toBe(201);
    expectProblem(await register('198.51.100.1'), 429, 'REGISTRATION_THROTTLED');
    vi.setSystemTime(Date.now() + 30 * 60_000);
    expect((await register('198.51.100.1')).status).toBe(201);
  });

  it('takes all of an IPv6 subscriber as one', async () => {
    const answers = [];
    for (let host = 1; host <= 5; host++) answers.push(await register(`2001:db8:0:1::${host}`));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 429, 429]);
  });

  it('tells no more about addresses that are taken than about others', async () => {
    expect((await register('203.0.113.8', 'taken@example.com')).status).toBe(201);
    for (let time = 0; time < 3; time++)
      expectProblem(await register('203.0.113.9', 'taken@example.com'), 409, 'EMAIL_TAKEN');
    for (const email of ['taken@example.com', 'nobody@example.com']) {
      expectProblem(await register('203.0.113.9', email), 429, 'REGISTRATION_THROTTLED');
    }
  });

  it('does not slow logins down', async () => {
    const body = { email: 'taken@example.com', password: 'a password of words' };
    expect((await api.call('POST', '/auth/login', { address: '203.0.113.9', body })).status).toBe(200);
  });
});
