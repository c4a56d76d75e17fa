import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRequestThrottle } from '../../../core/accounts/request-throttle.ts';
import { createResetWishes } from '../../../core/accounts/reset-wish.ts';
import { environmentNames } from '../../../core/environment.ts';
import { requestPasswordReset } from '../../../lambdas/auth/request-password-reset.ts';
import { type SesEngine, startSes } from '../../../local/engines/ses/index.ts';
import { expectProblem, startTestApi, type TestAccount, type TestApi } from './support/test-api.ts';

type Next = (args: { readonly input: object }) => Promise<never>;

describe('a password reset by mail', () => {
  let api: TestApi;
  let mailsQueueUrl: string;
  let ses: SesEngine;
  let mail: (event: SQSEvent) => Promise<SQSBatchResponse>;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T10:00:00Z') });
    ses = await startSes();
    api = await startTestApi(({ engines: { sqs } }) => {
      mailsQueueUrl = sqs.createQueue('wharf-test-mails');
      return {
        [environmentNames.mailsQueueUrl]: mailsQueueUrl,
        [environmentNames.mailFrom]: 'wharf@example.com',
        [environmentNames.passwordResetUrl]: 'https://app.example.com/password#',
        AWS_ENDPOINT_URL_SESV2: ses.endpoint,
      };
    });
    mail = (await import('../../../lambdas/mail/handler.ts')).handler;
  });

  afterAll(async () => {
    vi.useRealTimers();
    await Promise.all([api?.stop(), ses?.stop()]);
  });

  const ask = (email: string, address = '198.51.100.7') =>
    api.call('POST', '/auth/password-reset', { body: { email }, address });

  /** Takes what waits in the queue, as the event source mapping does; gives the number of wishes. */
  const mailAll = async () => {
    const { sqs } = api.aws.clients;
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: mailsQueueUrl, MaxNumberOfMessages: 10 }),
    );
    const Records = Messages.map(({ MessageId, Body }) => ({ messageId: MessageId, body: Body }));
    expect(await mail({ Records } as unknown as SQSEvent)).toEqual({ batchItemFailures: [] });
    for (const { ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: mailsQueueUrl, ReceiptHandle }));
    }
    return Messages.length;
  };
  const tokenFor = ({ email }: TestAccount) => /#(wharf_pr_\S+)/.exec(ses.mails(email).at(-1)?.text ?? '')?.[1] ?? '';

  it('answers alike for who has an account, who has none, who is suspended, and what is no address', async () => {
    const [known, suspended, admin] = [await api.newAccount(), await api.newAccount(), await api.newAdministrator()];
    await api.call('POST', `/admin/users/${suspended.userId}/suspend`, { token: admin.token });
    const emails = [known.email, suspended.email, 'nobody@example.com', 'no address at all'];
    const answers = await Promise.all(emails.map((email) => ask(email)));
    for (const answer of answers) {
      expect(answer.status).toBe(202);
      expect(answer.raw.body).toBe(answers[0]?.raw.body);
      expect(Object.keys(answer.headers)).toEqual(Object.keys(answers[0]?.headers ?? {}));
    }
    expect(await mailAll()).toBe(4);
    expect(ses.mails().map(({ to }) => to)).toEqual([[known.email]]);
  });

  it('sets the password by the token of the mail, once, and ends the logins', async () => {
    const account = await api.newAccount();
    const login = await api.call('POST', '/auth/login', { body: account });
    expect(login.status, 'extra fields are refused').toBe(422);
    const { email, password: old } = account;
    const { refreshToken } = (await api.call('POST', '/auth/login', { body: { email, password: old } })).body.data;
    await ask(email.toUpperCase());
    await mailAll();
    const password = 'another long password of words';
    const confirm = () =>
      api.call('POST', '/auth/password-reset/confirm', { body: { token: tokenFor(account), password } });
    expect((await confirm()).status).toBe(200);
    expectProblem(await confirm(), 403, 'RESET_TOKEN_INVALID');
    expectProblem(await api.call('POST', '/auth/refresh', { body: { refreshToken } }), 401, 'REFRESH_TOKEN_INVALID');
    expectProblem(await api.call('POST', '/auth/login', { body: { email, password: old } }), 401, 'LOGIN_FAILED');
    const { token } = (await api.call('POST', '/auth/login', { body: { email, password } })).body.data;
    const { data: trail } = (await api.call('GET', '/audit', { token })).body;
    expect(trail).toContainEqual(
      expect.objectContaining({ action: 'password.reset_issued', details: { by: 'mail' }, address: '198.51.100.7' }),
    );
    expect(JSON.stringify(trail)).not.toContain('wharf_pr_');
  });

  it('mails a few times an hour for one address, and goes on answering the same', async () => {
    const account = await api.newAccount();
    const answers = [];
    for (let time = 0; time < 6; time++) answers.push(await ask(account.email, `203.0.113.${time}`));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(202));
    expect(await mailAll()).toBe(3);
    vi.setSystemTime(Date.now() + 15 * 60_000);
    await ask(account.email);
    expect(await mailAll()).toBe(1);
  });

  it('mails a few times for one client network, whatever it asks for', async () => {
    const asked = Array.from({ length: 25 }, (_, index) => ask(`person-${index}@example.com`, '192.0.2.1'));
    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([202]));
    const wishes = [await mailAll(), await mailAll(), await mailAll()];
    expect(wishes.reduce((sum, count) => sum + count)).toBe(20);
  });

  it('makes the very same calls for a known and an unknown address', async () => {
    const { document, sqs } = api.aws.clients;
    const calls: string[] = [];
    const note =
      (next: Next, { commandName }: { commandName?: string }) =>
      (args: Parameters<Next>[0]) => {
        calls.push(`${commandName} ${JSON.stringify(args.input).length}`);
        return next(args);
      };
    document.middlewareStack.add(note as never, { name: 'note', step: 'initialize' });
    sqs.middlewareStack.add(note as never, { name: 'note', step: 'initialize' });
    const parts = {
      requestThrottle: createRequestThrottle({ dynamodb: document, tableName: api.aws.tables.control }),
      sendResetWish: createResetWishes({ sqs, queueUrl: mailsQueueUrl }),
    };
    const { email } = await api.newAccount();
    const stranger = email.replace(/^owner/, 'no-on');
    const seen = [];
    for (const [index, each] of [email, stranger].entries()) {
      const client = { address: `192.0.2.${100 + index}`, userAgent: 'test' };
      await requestPasswordReset({ email: each }, { client, requestId: 'req_same' }, parts);
      seen.push(calls.splice(0));
    }
    document.middlewareStack.remove('note');
    sqs.middlewareStack.remove('note');
    expect(stranger).toHaveLength(email.length);
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]?.map((call) => call.split(' ')[0])).toEqual([
      'BatchGetItemCommand',
      'TransactWriteItemsCommand',
      'SendMessageCommand',
    ]);
  });

  it('sends nothing where no sender is set up', async () => {
    const { document } = api.aws.clients;
    const requestThrottle = createRequestThrottle({ dynamodb: document, tableName: api.aws.tables.control });
    await mailAll();
    await requestPasswordReset(
      { email: 'somebody@example.com' },
      { client: { address: '192.0.2.200', userAgent: 'test' }, requestId: 'req_off' },
      { requestThrottle, sendResetWish: undefined },
    );
    expect(await mailAll()).toBe(0);
  });

  it('gives back a record that is no wish, and keeps the others', async () => {
    const wish = { version: 1, email: 'x@example.com', requestId: 'r', client: { address: '::1', userAgent: 'test' } };
    const bodies = ['{', '{"version":2}', JSON.stringify({ ...wish, client: null }), JSON.stringify(wish)];
    const Records = bodies.map((body, index) => ({ messageId: String(index), body }));
    expect(await mail({ Records } as unknown as SQSEvent)).toEqual({
      batchItemFailures: ['0', '1', '2'].map((itemIdentifier) => ({ itemIdentifier })),
    });
  });
});
