import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentNames } from '../../../core/environment.ts';
import { createSealer } from '../../../core/sealing/sealer.ts';
import { openProxyUrl } from '../../../core/sessions/sealed-proxy.ts';
import type { Session } from '../../../core/sessions/session.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

describe('settings of a session', () => {
  let api: TestApi;
  let owner: TestAccount;

  beforeAll(async () => {
    api = await startTestApi({ [environmentNames.proxyPorts]: '3128,1080' });
    owner = await api.newAccount();
  });
  afterAll(() => api?.stop());

  const create = (settings: object) =>
    api.call('POST', '/sessions', { key: owner.key, body: { name: 'Client', settings } });
  const patch = (sessionId: string, body: object) =>
    api.call('PATCH', `/sessions/${sessionId}`, { key: owner.key, body });
  const get = (sessionId: string) => api.call('GET', `/sessions/${sessionId}`, { key: owner.key });
  const keyOf = (sessionId: string) => ({
    TableName: api.aws.tables.control,
    Key: tableKeys.session(owner.userId, sessionId),
  });
  const row = async (sessionId: string) =>
    (await api.aws.clients.document.send(new GetCommand(keyOf(sessionId)))).Item as Session;
  /** As a connector opens it: with a sealer of its own over the same table. */
  const dialled = async (sessionId: string) =>
    openProxyUrl(
      await row(sessionId),
      createSealer({
        kms: api.aws.clients.kms,
        keyId: api.aws.sealingKeyId,
        dynamodb: api.aws.clients.document,
        tableName: api.aws.tables.control,
      }),
    );

  it('keep a proxy sealed and never show its password', async () => {
    const proxyUrl = 'http://ann:s3cret-of-ann@127.0.0.1:8888';
    const made = await create({ proxyUrl, browserName: 'Acme CRM', markOnline: true });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const { sessionId } = made.body.data;
    const shown = { proxyUrl: 'http://ann:****@127.0.0.1:8888', browserName: 'Acme CRM', markOnline: true };
    expect((await get(sessionId)).body.data.settings).toEqual(shown);
    const listed = await api.call('GET', '/sessions', { key: owner.key });
    expect(JSON.stringify([made.body, listed.body, await row(sessionId)])).not.toContain('s3cret');
    expect(Buffer.from((await row(sessionId)).sealedProxyUrl ?? []).toString('latin1')).not.toContain('s3cret');
    expect(await dialled(sessionId)).toBe(proxyUrl);
  });

  it('take limits for sending, and none that could not be meant', async () => {
    const sending = { pacing: false, newChatsPerDay: 20, warmUp: false, messagesPerDay: null };
    const made = await create({ sending, optOutKeywords: ['STOP', 'Bitte nicht mehr'] });
    const { sessionId } = made.body.data;
    expect((await get(sessionId)).body.data).toMatchObject({
      settings: { sending, optOutKeywords: ['STOP', 'Bitte nicht mehr'] },
      sending: { restriction: null, waiting: 0 },
    });
    for (const settings of [
      { sending: { newChatsPerDay: -1 } },
      { sending: { messagesPerDay: 1.5 } },
      { sending: { newChatsPerHour: 3 } },
      { optOutKeywords: [' '] },
    ])
      expectProblem(await patch(sessionId, { settings }), 422, 'VALIDATION_FAILED');
  });

  it('keep the proxy when it comes back as it was shown, and drop it when it is left out', async () => {
    const proxyUrl = 'socks5://ann:one@127.0.0.1:8888';
    const { sessionId } = (await create({ proxyUrl })).body.data;
    const { settings } = (await get(sessionId)).body.data;
    expect((await patch(sessionId, { settings: { ...settings, ignoreGroups: true } })).status).toBe(200);
    expect(await dialled(sessionId)).toBe(proxyUrl);
    expect((await patch(sessionId, { name: 'Other' })).body.data.settings).toEqual({ ...settings, ignoreGroups: true });
    expect((await patch(sessionId, { settings: { ignoreGroups: true } })).body.data.settings).toEqual({
      ignoreGroups: true,
    });
    expect(await row(sessionId)).not.toHaveProperty('sealedProxyUrl');
  });

  it('make a connected session connect anew by another proxy, and start none that rests', async () => {
    const { sessionId } = (await create({})).body.data;
    const revision = async () => (await row(sessionId)).desiredRev;
    expect(await revision()).toBe(1);
    await patch(sessionId, { settings: { proxyUrl: 'http://127.0.0.1:8888' } });
    expect(await revision()).toBe(2);
    await patch(sessionId, { settings: { proxyUrl: 'http://127.0.0.1:8888', ignoreGroups: true } });
    expect(await revision(), 'the same proxy').toBe(2);
    await api.aws.clients.document.send(
      new UpdateCommand({
        ...keyOf(sessionId),
        UpdateExpression: 'SET #status = :rests',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':rests': 'qr_expired' },
      }),
    );
    await patch(sessionId, { settings: {} });
    expect(await revision(), 'at rest').toBe(2);
  });

  it.each([
    ['a private address', 'http://10.0.0.1:3128'],
    ['the address of the metadata service', 'http://169.254.169.254:80'],
    ['a private address in other clothes', 'http://0x0a000001:3128'],
    ['a name that does not resolve', 'http://no-such-host.invalid:3128'],
    ['a port that connectors do not reach', 'http://1.1.1.1:8080'],
    ['a control character in the password', 'http://a:%00@1.1.1.1:3128'],
  ])('refuse %s, without quoting it', async (_, proxyUrl) => {
    const answer = await create({ proxyUrl });
    expectProblem(answer, 422, 'VALIDATION_FAILED');
    expect(answer.body.errors).toEqual([{ pointer: '/settings/proxyUrl', message: expect.any(String) }]);
    expect(JSON.stringify(answer.body)).not.toContain(new URL(proxyUrl).hostname);
  });

  it('take a public proxy on a port that the operator opened', async () => {
    for (const port of [443, 3128, 1080]) {
      expect((await create({ proxyUrl: `socks5://1.1.1.1:${port}` })).status).toBe(201);
    }
  });

  it.each([
    { proxyUrl: 'ftp://1.1.1.1' },
    { proxyUrl: 'http://1.1.1.1/path' },
    { proxyUrl: `http://${'a'.repeat(600)}` },
    { browserName: 'Ünïcode' },
    { browserName: '<script>' },
    { browserName: 'x'.repeat(31) },
    { browserName: '' },
  ])('refuse %j by its form', async (settings) => {
    expectProblem(await create(settings), 422, 'VALIDATION_FAILED');
  });
});
