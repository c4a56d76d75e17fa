import { randomBytes } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAdministrator } from '../../core/accounts/make-administrator.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { expectProblem, type TestAccount } from '../lambdas/api/support/test-api.ts';
import { checkAnswer } from './support/check-answer.ts';
import { ContractWorld, fillPath, type WalkedOperation, walked } from './support/contract-world.ts';
import { exampleBody } from './support/example-body.ts';
import { withNeededQuery } from './support/needed-query.ts';

/** Examples that cannot come true without a phone; the tests of linking show their success. */
const refused: Readonly<Record<string, readonly [status: number, code: string]>> = {
  createPairingCode: [409, 'SESSION_ALREADY_LINKED'],
  getMedia: [409, 'MEDIA_NOT_READY'],
  ...Object.fromEntries(
    [
      'markChatRead',
      'showChatPresence',
      'setDisappearing',
      'subscribePresence',
      'checkContacts',
      'getContactProfile',
      'createGroup',
      'joinGroup',
      'changeGroup',
      'changeParticipants',
      'getGroupInvite',
      'renewGroupInvite',
      'leaveGroup',
    ].map((id) => [id, [409, 'SESSION_NOT_CONNECTED'] as const]),
  ),
};

describe('every documented example', () => {
  let world: ContractWorld;
  beforeAll(async () => {
    world = await ContractWorld.start();
  });
  afterAll(() => world?.stop());

  /** What an example cannot know: secrets and addresses of this run, by operation. */
  const live: Readonly<Record<string, (account: TestAccount) => Promise<object>>> = {
    register: async () => ({ email: `new-${randomBytes(4).toString('hex')}@example.com` }),
    login: async ({ email, password }) => ({ email, password }),
    refresh: async (account) => ({ refreshToken: await refreshTokenOf(account) }),
    logout: async (account) => ({ refreshToken: await refreshTokenOf(account) }),
    changePassword: async ({ password }) => ({ currentPassword: password }),
    resetPassword: async () => ({ token: await resetToken() }),
    // Names are not resolved on a machine without a network.
    createWebhook: async () => ({ url: 'http://127.0.0.1:4000/hook' }),
    createSessionWebhook: async () => ({ url: 'http://127.0.0.1:4000/hook' }),
    createSession: async () => ({ webhook: { url: 'http://127.0.0.1:4000/hook', events: ['message.received'] } }),
  };

  async function refreshTokenOf({ email, password }: TestAccount): Promise<string> {
    const answer = await world.api.call('POST', '/auth/login', { body: { email, password } });
    return answer.body.data.refreshToken;
  }

  async function resetToken(): Promise<string> {
    const { dynamodb, tableName } = {
      dynamodb: world.api.aws.clients.document,
      tableName: world.api.aws.tables.control,
    };
    const email = `reset-${randomBytes(4).toString('hex')}@example.com`;
    return (await makeAdministrator({ dynamodb, tableName }, { email, name: 'Reset', nowMs: Date.now() })).resetToken;
  }

  async function replay(one: WalkedOperation) {
    const account = await world.api.newAccount();
    const ids = await world.newIds(account);
    const { body } = exampleBody(one);
    const changed = await live[one.operation.id]?.(account);
    return world.call(one, withNeededQuery(one, fillPath(one.operation.path, ids)), {
      ...world.credential(one.operation, account),
      ...(body === undefined ? {} : { body: { ...(body as object), ...changed } }),
    });
  }

  it.each(walked)('$name', async (one) => {
    const answer = await replay(one);
    expect(checkAnswer(one, answer)).toEqual([]);
    const exception = refused[one.operation.id];
    if (exception !== undefined) return expectProblem(answer, ...exception);
    expect(answer.status, JSON.stringify(answer.body)).toBe(one.operation.status);
  });

  it.each([
    ['json', 'application/json'],
    ['png', 'image/png'],
    ['svg', 'image/svg+xml'],
    ['raw', 'text/plain'],
  ])('GET /sessions/{sessionId}/qr?format=%s', async (format, type) => {
    const { key, userId } = await world.api.newAccount();
    const made = await world.api.call('POST', '/sessions', { key, body: { name: 'S' } });
    const { sessionId } = made.body.data;
    const Item = {
      ...tableKeys.sessionLinking(userId, sessionId),
      qr: '2@text-of-the-picture',
      qrPng: new Uint8Array([137, 80, 78, 71]),
      qrSvg: '<svg/>',
      qrExpiresAt: new Date(Date.now() + 60_000).toISOString(),
    };
    await world.api.aws.clients.document.send(new PutCommand({ TableName: world.api.aws.tables.control, Item }));
    const one = walked.find(({ operation }) => operation.id === 'getSessionQr')!;
    const answer = await world.call(one, `/sessions/${sessionId}/qr?format=${format}`, { key });
    expect(checkAnswer(one, answer)).toEqual([]);
    expect({ status: answer.status, type: answer.headers['content-type']?.split(';')[0] }).toEqual({
      status: 200,
      type,
    });
  });

  it('knows no operation that there is not', () => {
    const known = walked.map(({ operation }) => operation.id);
    expect(known).toEqual(expect.arrayContaining([...Object.keys(refused), ...Object.keys(live)]));
  });
});
