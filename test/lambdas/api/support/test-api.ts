import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { expect } from 'vitest';
import { makeAdministrator } from '../../../../core/accounts/make-administrator.ts';
import { environmentNames } from '../../../../core/environment.ts';
import { type ApiFunctionName, apiBasePath, apiRoutes } from '../../../../core/http/api-routes.ts';
import type { Table } from '../../../../core/storage/table.ts';
import { type SecretsEngine, startSecrets } from '../../../../local/engines/secrets-kms/index.ts';
import { startTestAws, type TestAws } from '../../../support/aws.ts';

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  readonly body: any;
  readonly raw: APIGatewayProxyStructuredResultV2;
}

export interface CallOptions {
  readonly key?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  /** Where the call comes from; default 127.0.0.1. */
  readonly address?: string;
}

type TestEnvironment = Readonly<Record<string, string>>;

export interface TestApi {
  readonly aws: TestAws;
  readonly secrets: SecretsEngine;
  readonly jwtSecret: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Registers and logs in a new account. */
  newAccount(): Promise<TestAccount>;
  /** Makes an administrator as the operator does, and logs in. */
  newAdministrator(): Promise<TestAdministrator>;
  stop(): Promise<void>;
}

export type TestAdministrator = Pick<TestAccount, 'email' | 'password' | 'userId' | 'token'>;

export interface TestAccount {
  readonly email: string;
  readonly password: string;
  readonly userId: string;
  readonly token: string;
  readonly key: string;
  readonly keyId: string;
}

/** The real handlers over real engines, called as API Gateway calls them. One for a test file: handlers read the environment once. */
export async function startTestApi(
  environment: TestEnvironment | ((aws: TestAws) => TestEnvironment) = {},
): Promise<TestApi> {
  const [aws, secrets] = await Promise.all([startTestAws({ shards: 2 }), startSecrets()]);
  const jwtSecret = randomBytes(32).toString('hex');
  const { arn } = secrets.createSecret('jwt', { secretString: jwtSecret });
  Object.assign(process.env, aws.environment, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    [environmentNames.stage]: 'test',
    [environmentNames.jwtSecretArn]: arn,
    [environmentNames.mediaBucket]: 'wharf-test-media',
    [environmentNames.registrationMode]: 'open',
    [environmentNames.registrationsPerAddress]: '100000',
    [environmentNames.defaultPlan]: 'sandbox',
    [environmentNames.webhookAllowedCidrs]: '127.0.0.1/32',
    [environmentNames.webhookRolePrincipal]: 'arn:aws:iam::000000000000:root',
    ...(typeof environment === 'function' ? environment(aws) : environment),
  });
  const handlers = await loadHandlers();
  const call = async (method: string, path: string, options: CallOptions = {}) => {
    const { event, name } = toEvent(method, path, options);
    return toAnswer(await handlers[name](event, {} as Context));
  };
  return {
    aws,
    secrets,
    jwtSecret,
    call,
    newAccount: () => newAccount(call),
    newAdministrator: () => newAdministrator({ dynamodb: aws.clients.document, tableName: aws.tables.control }, call),
    stop: async () => {
      await Promise.all([aws.stop(), secrets.stop()]);
    },
  };
}

async function loadHandlers(): Promise<Record<ApiFunctionName, Handler>> {
  const [auth, account, sessions, messages, autoReply, media, directory, webhooks, deliveries, system] =
    await Promise.all([
      import('../../../../lambdas/auth/handler.ts'),
      import('../../../../lambdas/account/handler.ts'),
      import('../../../../lambdas/sessions/handler.ts'),
      import('../../../../lambdas/messages/handler.ts'),
      import('../../../../lambdas/auto-reply/handler.ts'),
      import('../../../../lambdas/media/handler.ts'),
      import('../../../../lambdas/directory/handler.ts'),
      import('../../../../lambdas/webhooks/handler.ts'),
      import('../../../../lambdas/deliveries/handler.ts'),
      import('../../../../lambdas/system/handler.ts'),
    ]);
  return {
    auth: auth.handler,
    account: account.handler,
    sessions: sessions.handler,
    messages: messages.handler,
    'auto-reply': autoReply.handler,
    media: media.handler,
    directory: directory.handler,
    webhooks: webhooks.handler,
    deliveries: deliveries.handler,
    system: system.handler,
  } as unknown as Record<ApiFunctionName, Handler>;
}

/** What API Gateway makes of a request: lower-case header names, decoded path variables, the function of the route. */
function toEvent(method: string, pathAndQuery: string, options: CallOptions) {
  const [path = '', queryText = ''] = pathAndQuery.split('?');
  const rawPath = `${apiBasePath}${path}`;
  const match = apiRoutes
    .filter((route) => route.method === method)
    .map((route) => ({
      route,
      found: new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(path),
    }))
    .find(({ found }) => found !== null);
  const { body } = options;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const variables = Object.entries(match?.found?.groups ?? {});
  const event = {
    version: '2.0',
    routeKey: match === undefined ? '$default' : `${method} ${apiBasePath}${match.route.path}`,
    rawPath,
    rawQueryString: queryText,
    headers: {
      ...(options.key === undefined ? {} : { 'x-api-key': options.key }),
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(queryText === '' ? {} : { queryStringParameters: Object.fromEntries(new URLSearchParams(queryText)) }),
    ...(variables.length === 0
      ? {}
      : {
          pathParameters: Object.fromEntries(variables.map(([name, value]) => [name, decodeURIComponent(value ?? '')])),
        }),
    requestContext: { http: { method, path: rawPath, sourceIp: options.address ?? '127.0.0.1' } },
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
  return { event, name: match?.route.function ?? ('system' as const) };
}

function toAnswer(raw: APIGatewayProxyStructuredResultV2): Answer {
  const headers = (raw.headers ?? {}) as Record<string, string>;
  const isJson = headers['content-type']?.includes('json') === true;
  return { status: raw.statusCode ?? 0, headers, body: isJson ? JSON.parse(raw.body ?? '') : raw.body, raw };
}

async function newAccount(call: TestApi['call']): Promise<TestAccount> {
  const email = `owner-${randomBytes(6).toString('hex')}@example.com`;
  const password = 'a long password of words';
  const registered = await call('POST', '/auth/register', { body: { email, password, name: 'Owner' } });
  expect(registered.status, JSON.stringify(registered.body)).toBe(201);
  const login = await call('POST', '/auth/login', { body: { email, password } });
  expect(login.status, JSON.stringify(login.body)).toBe(200);
  const { token } = login.body.data;
  const made = await call('POST', '/auth/api-keys', { token, body: { name: 'SaaS Master Key' } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const { key, keyId } = made.body.data;
  return { email, password, userId: registered.body.data.userId, token, key, keyId };
}

async function newAdministrator(control: Table, call: TestApi['call']): Promise<TestAdministrator> {
  const email = `admin-${randomBytes(6).toString('hex')}@example.com`;
  const password = 'a long password of administrators';
  const { userId, resetToken } = await makeAdministrator(control, { email, name: 'Admin', nowMs: Date.now() });
  const set = await call('POST', '/auth/password-reset/confirm', { body: { token: resetToken, password } });
  expect(set.status, JSON.stringify(set.body)).toBe(200);
  const login = await call('POST', '/auth/login', { body: { email, password } });
  return { email, password, userId, token: login.body.data.token };
}

/** A problem document with all that belongs to one. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body?.code }, JSON.stringify(answer.body)).toEqual({ status, code });
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.body).toMatchObject({
    success: false,
    status,
    type: `/api/v1/docs#errors/${code}`,
    title: expect.any(String),
    detail: expect.any(String),
    instance: expect.stringMatching(/^\/api\/v1\//),
    requestId: answer.headers['x-request-id'],
  });
}
