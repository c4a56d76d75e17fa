import { describe, expect, it } from 'vitest';
import { createAnswerer } from '../../../local/http-api/answer-request.ts';
import type { ApiSpec } from '../../../local/http-api/api-spec.ts';
import type { ApiRequest } from '../../../local/http-api/request-event.ts';
import { EventTooLargeError, ThrottledError } from '../../../local/lambda-host/function-pool.ts';
import type { LambdaHost } from '../../../local/lambda-host/lambda-host.ts';

function answerer(invoke: (event: never) => Promise<unknown>, more: Partial<ApiSpec> = {}) {
  const functions = { byArn: (arn: string) => (arn === 'fn' ? { invoke } : undefined) } as unknown as LambdaHost;
  const api: ApiSpec = {
    apiId: 'api',
    routes: [
      { routeKey: 'GET /here', functionArn: 'fn', timeoutMs: 5_000 },
      { routeKey: 'GET /slow', functionArn: 'fn', timeoutMs: 1 },
      { routeKey: 'GET /gone', functionArn: 'nowhere', timeoutMs: 1_000 },
    ],
    cors: undefined,
    throttle: undefined,
    ...more,
  };
  const answer = createAnswerer({ api, accountId: '000000000000', region: 'us-east-1', functions });
  return async (path: string, request: Partial<ApiRequest> = {}) => {
    const whole = { method: 'GET', rawHeaders: [], body: Buffer.alloc(0), sourceIp: '127.0.0.1', httpVersion: '1.1' };
    const response = await answer({ ...whole, url: path, ...request });
    return { ...response, body: response.body.toString() };
  };
}

describe('what goes wrong', () => {
  it.each<[string, () => Promise<unknown>, number, string]>([
    ['an unknown route', async () => 'x', 404, 'Not Found'],
    ['a function that throws', () => Promise.reject(new Error('boom')), 500, 'Internal Server Error'],
    ['a malformed response', async () => ({ statusCode: 'x' }), 500, 'Internal Server Error'],
    ['a throttled function', () => Promise.reject(new ThrottledError('f')), 503, 'Service Unavailable'],
    ['an event that is too large', () => Promise.reject(new EventTooLargeError('f')), 413, 'Request Entity Too Large'],
  ])('%s', async (name, invoke, status, message) => {
    const response = await answerer(invoke)(name === 'an unknown route' ? '/nowhere' : '/here');
    expect(response.status).toBe(status);
    expect(JSON.parse(response.body)).toEqual({ message });
    expect(response.headers['content-type']).toBe('application/json');
  });

  it('a function that takes too long', async () => {
    const response = await answerer(() => new Promise(() => undefined))('/slow');
    expect(response).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
  });
});

describe('CORS', () => {
  const cors = {
    allowOrigins: ['https://app.example'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['x-api-key'],
    exposeHeaders: ['x-request-id'],
    allowCredentials: false,
    maxAgeSeconds: 600,
  };
  const from = (origin: string, ...rest: string[]) => ({ rawHeaders: ['Origin', origin, ...rest] });

  it('answers a preflight without the function', async () => {
    const call = answerer(() => Promise.reject(new Error('must not be called')), { cors });
    const headers = from('https://app.example', 'Access-Control-Request-Method', 'POST');
    const response = await call('/here', { method: 'OPTIONS', ...headers });
    expect(response.status).toBe(204);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'x-api-key',
      'access-control-max-age': '600',
    });
  });

  it('puts its headers on answers to allowed origins only', async () => {
    const call = answerer(async () => 'ok', { cors });
    expect((await call('/here', from('https://app.example'))).headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-expose-headers': 'x-request-id',
    });
    expect((await call('/here', from('https://evil.example'))).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
    expect((await call('/here')).headers).not.toHaveProperty('access-control-allow-origin');
  });
});

it('throttles beyond the burst', async () => {
  const call = answerer(async () => 'ok', { throttle: { requestsPerSecond: 0, burst: 2 } });
  const statuses = [await call('/here'), await call('/here'), await call('/here')].map((response) => response.status);
  expect(statuses).toEqual([200, 200, 429]);
});
