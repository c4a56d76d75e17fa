import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

let api: TestApi;
let account: TestAccount;

beforeAll(async () => {
  api = await startTestApi();
  account = await api.newAccount();
});
afterAll(() => api?.stop());

const update = (TableName: string, Key: Record<string, string>, fields: Record<string, unknown>) =>
  api.aws.clients.document.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: `SET ${Object.keys(fields)
        .map((name) => `#${name} = :${name}`)
        .join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(Object.keys(fields).map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
    }),
  );

it('a message that waits says why, and can be taken back; one that does not cannot', async () => {
  const call = (method: string, path: string, body?: unknown) =>
    api.call(method, path, { key: account.key, ...(body === undefined ? {} : { body }) });
  const { sessionId } = (await call('POST', '/sessions', { name: 'S' })).body.data;
  await update(api.aws.tables.control, tableKeys.session(account.userId, sessionId), { status: 'connected' });
  const sent = await call('POST', `/sessions/${sessionId}/messages`, { to: '491510000002', text: 'hi' });
  const { messageId } = sent.body.data;
  const path = `/sessions/${sessionId}/messages/${messageId}`;
  expectProblem(await call('DELETE', path), 409, 'MESSAGE_NOT_CHANGEABLE');

  const wait = { waitingFor: 'account_restricted', waitingUntil: '2026-11-23T00:00:00.000Z' };
  await update(api.aws.tables.messages, tableKeys.message(account.userId, sessionId, messageId), wait);
  expect((await call('GET', path)).body.data).toMatchObject({ status: 'queued', ...wait });
  expect((await call('DELETE', path)).status).toBe(202);
  expect((await call('GET', path)).body.data).toMatchObject({
    ...{ status: 'failed', failureReason: 'cancelled', waitingFor: null, waitingUntil: null },
  });
  expectProblem(await call('DELETE', path), 409, 'MESSAGE_NOT_CHANGEABLE');
});
