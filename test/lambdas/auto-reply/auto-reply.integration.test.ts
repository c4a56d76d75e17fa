import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, startTestApi, type TestAccount, type TestApi } from '../api/support/test-api.ts';

describe('the auto-reply of a session', () => {
  let api: TestApi;
  let owner: TestAccount;
  let path: string;

  beforeAll(async () => {
    api = await startTestApi();
    owner = await api.newAccount();
    const made = await api.call('POST', '/sessions', { key: owner.key, body: { name: 'Bakery' } });
    path = `/sessions/${made.body.data.sessionId}/auto-reply`;
  });
  afterAll(() => api?.stop());

  const put = (body: unknown) => api.call('PUT', path, { key: owner.key, body });
  const dryRun = async (body: unknown) => (await api.call('POST', `${path}/try`, { key: owner.key, body })).body.data;
  const price = { id: 'price', trigger: { kind: 'keyword', values: ['price'] }, reply: { text: 'Hi {{firstName}}' } };
  const regex = (id: string, pattern: string) => ({ ...price, id, trigger: { kind: 'regex', pattern } });

  it('is off at first, and is set as a whole with its defaults', async () => {
    expect((await api.call('GET', path, { key: owner.key })).body.data).toMatchObject({ enabled: false, rules: [] });
    const set = await put({ enabled: true, rules: [price] });
    expect(set.status, JSON.stringify(set.body)).toBe(200);
    expect(set.body.data).toEqual({
      enabled: true,
      rules: [{ ...price, enabled: true, hours: 'any', cooldownHours: 0 }],
      businessHours: null,
      groups: false,
      pauseMinutesAfterHuman: 60,
      answersPerContactHourMax: 5,
      answersPerContactDayMax: 20,
    });
    expect((await api.call('GET', path, { key: owner.key })).body.data).toEqual(set.body.data);
  });

  it.each([
    ['a rule without an answer', { rules: [{ ...price, reply: {} }] }, '/rules/0/reply'],
    ['an id that an earlier rule has', { rules: [price, { ...price, id: 'other' }, price] }, '/rules/2/id'],
    ['a pattern that is none', { rules: [price, regex('r', '(')] }, '/rules/1/trigger/pattern'],
    ['a pattern that looks ahead', { rules: [regex('r', 'a(?=b)')] }, '/rules/0/trigger/pattern'],
    ['a pattern that only RE2 refuses', { rules: [price, regex('r', 'a{1,2000}')] }, '/rules/1/trigger/pattern'],
    ['an unknown kind', { rules: [{ ...price, trigger: { kind: 'sometimes' } }] }, '/rules/0/trigger/kind'],
    ['no time zone', { businessHours: { timeZone: 'Europe/Atlantis', days: {} } }, '/businessHours/timeZone'],
    [
      'a time that no clock shows',
      { businessHours: { timeZone: 'UTC', days: { monday: [{ from: '24:00', to: '25:00' }] } } },
      '/businessHours/days/monday/0/from',
    ],
    ['more answers than any day may have', { answersPerContactDayMax: 101 }, '/answersPerContactDayMax'],
    ['too many rules', { rules: Array.from({ length: 51 }, (_, n) => ({ ...price, id: `r${n}` })) }, '/rules'],
  ])('refuses %s, and says where', async (_, body, pointer) => {
    const refused = await put({ enabled: true, ...body });
    expectProblem(refused, 422, 'VALIDATION_FAILED');
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('tells in a dry run which rule would answer, and of the others what kept them', async () => {
    await put({
      enabled: true,
      businessHours: { timeZone: 'Europe/Berlin', days: { monday: [{ from: '09:00', to: '17:00' }] } },
      rules: [
        { ...price, id: 'off', enabled: false },
        { ...price, id: 'evening', hours: 'outside' },
        regex('order', '^order \\d+$'),
        { ...price, hours: 'inside' },
        { id: 'rest', trigger: { kind: 'any' }, reply: { text: 'We are here.' } },
      ],
    });
    const ask = { text: 'The price?', from: { name: 'Ada Lovelace' }, at: '2026-11-23T10:00:00.000Z' };
    expect(await dryRun(ask)).toEqual({
      fires: true,
      ruleId: 'price',
      reason: null,
      text: 'Hi Ada',
      hasMedia: false,
      rules: [
        { ruleId: 'off', verdict: 'switched_off' },
        { ruleId: 'evening', verdict: 'hours' },
        { ruleId: 'order', verdict: 'trigger' },
        { ruleId: 'price', verdict: 'fits' },
        { ruleId: 'rest', verdict: 'fits' },
      ],
    });
    expect(await dryRun({ ...ask, at: '2026-11-23T17:00:00.000Z' })).toMatchObject({ ruleId: 'evening' });
    expect(await dryRun({ text: 'Order 4711', at: ask.at })).toMatchObject({ ruleId: 'order', text: 'Hi' });
    expect(await dryRun({ ...ask, isGroup: true })).toMatchObject({ fires: false, ruleId: null, reason: 'group' });
  });
});
