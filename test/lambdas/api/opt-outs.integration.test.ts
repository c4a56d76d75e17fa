import { BatchWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

const lid = '81234567890@lid';
const phone = '491510000007';

describe('people who want no more messages', () => {
  let api: TestApi;
  let account: TestAccount;
  let sessionId: string;

  beforeAll(async () => {
    api = await startTestApi();
    account = await api.newAccount();
    const created = await api.call('POST', '/sessions', { key: account.key, body: { name: 'S' } });
    sessionId = created.body.data.sessionId;
    await api.aws.clients.document.send(
      new UpdateCommand({
        TableName: api.aws.tables.control,
        Key: tableKeys.session(account.userId, sessionId),
        UpdateExpression: 'SET #status = :status, handledRev = desiredRev',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': 'connected' },
      }),
    );
    const pairs = [
      { address: lid, alternate: `${phone}@s.whatsapp.net` },
      { address: `${phone}@s.whatsapp.net`, alternate: lid },
    ].map((pair) => ({
      PutRequest: { Item: { ...tableKeys.alternateAddress(account.userId, sessionId, pair.address), ...pair } },
    }));
    await api.aws.clients.document.send(new BatchWriteCommand({ RequestItems: { [api.aws.tables.messages]: pairs } }));
  });
  afterAll(async () => {
    await api?.stop();
  });

  const path = (contact = '') => `/sessions/${sessionId}/opt-outs${contact && `/${encodeURIComponent(contact)}`}`;
  const call = (method: string, contact?: string) => api.call(method, path(contact), { key: account.key });
  const send = (to: string) =>
    api.call('POST', `/sessions/${sessionId}/messages`, { key: account.key, body: { to, text: 'hello' } });

  it('get none, whichever address names them, until they are taken off the list', async () => {
    const contact = { id: lid, phone: `+${phone}`, lid, name: null };
    const added = await call('PUT', `${phone}@s.whatsapp.net`);
    expect(added.body.data).toEqual({ contact, source: 'api', at: expect.any(String) });
    expect((await call('PUT', lid)).body.data).toEqual(added.body.data);
    for (const to of [phone, lid, `${phone}@s.whatsapp.net`]) expectProblem(await send(to), 409, 'RECIPIENT_OPTED_OUT');
    expect((await send('491510000008')).status).toBe(202);

    const list = await call('GET');
    expect(list.body.data).toEqual([added.body.data]);
    expect((await call('DELETE', lid)).body.data).toEqual({ contact, deleted: true });
    expect((await call('DELETE', lid)).status).toBe(200);
    expect((await call('GET')).body.data).toEqual([]);
    expect((await send(phone)).status).toBe(202);
  });

  it('are people', async () => {
    for (const nobody of ['120363012345678901@g.us', 'nobody'])
      expectProblem(await call('PUT', nobody), 404, 'NOT_FOUND');
    expectProblem(await call('PUT', '123456@s.whatsapp.net'), 422, 'RECIPIENT_INVALID');
  });
});
