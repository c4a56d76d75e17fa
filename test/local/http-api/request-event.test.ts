import { expect, it } from 'vitest';
import { type ApiRequest, requestEvent } from '../../../local/http-api/request-event.ts';

const context = {
  accountId: '000000000000',
  apiId: 'abc123',
  region: 'us-east-1',
  requestId: 'req-1',
  nowMs: Date.UTC(2026, 10, 22, 17, 5, 9),
};

function eventOf(request: Partial<ApiRequest>, pathParameters: Record<string, string> = {}) {
  const whole = {
    method: 'GET',
    url: '/a',
    rawHeaders: [],
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    httpVersion: '1.1',
  };
  const route = { routeKey: 'GET /a', functionArn: 'arn', timeoutMs: 1 };
  return requestEvent({ ...whole, ...request }, { route, pathParameters }, context) as Record<string, never>;
}

it('has the whole shape of payload 2.0', () => {
  const event = eventOf(
    {
      method: 'POST',
      url: '/sessions/ses_1?wait=20&tag=a&tag=b%20c&empty=',
      rawHeaders: [
        'Host',
        'x',
        'X-Multi',
        '1',
        'x-multi',
        '2',
        'Cookie',
        'a=1; b=2',
        'User-Agent',
        'test',
        'Content-Type',
        'application/json; charset=utf-8',
      ],
      body: Buffer.from('{"ä":1}'),
    },
    { sessionId: 'ses_1' },
  );
  expect(event).toEqual({
    version: '2.0',
    routeKey: 'GET /a',
    rawPath: '/sessions/ses_1',
    rawQueryString: 'wait=20&tag=a&tag=b%20c&empty=',
    cookies: ['a=1', 'b=2'],
    headers: {
      host: 'x',
      'x-multi': '1,2',
      'user-agent': 'test',
      'content-type': 'application/json; charset=utf-8',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    },
    queryStringParameters: { wait: '20', tag: 'a,b c', empty: '' },
    pathParameters: { sessionId: 'ses_1' },
    requestContext: {
      accountId: '000000000000',
      apiId: 'abc123',
      domainName: 'abc123.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'abc123',
      http: { method: 'POST', path: '/sessions/ses_1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'req-1',
      routeKey: 'GET /a',
      stage: '$default',
      time: '22/Nov/2026:17:05:09 +0000',
      timeEpoch: context.nowMs,
    },
    body: '{"ä":1}',
    isBase64Encoded: false,
  });
});

it('leaves out what is not there', () => {
  expect(Object.keys(eventOf({}))).toEqual([
    'version',
    'routeKey',
    'rawPath',
    'rawQueryString',
    'headers',
    'requestContext',
    'isBase64Encoded',
  ]);
});

it.each<[string | undefined, boolean]>([
  ['application/json', false],
  ['application/problem+json', false],
  ['text/csv; charset=utf-8', false],
  ['application/xml', false],
  ['application/octet-stream', true],
  ['application/x-www-form-urlencoded', true],
  ['image/png', true],
  [undefined, true],
])('a body of %s is base64: %s', (type, expected) => {
  const event = eventOf({
    body: Buffer.from([0x61, 0x62]),
    rawHeaders: type === undefined ? [] : ['content-type', type],
  });
  expect(event.isBase64Encoded).toBe(expected);
  expect(event.body).toBe(expected ? 'YWI=' : 'ab');
});
