import { describe, expect, it } from 'vitest';
import { gatewayResponse, readResponse } from '../../../local/http-api/read-response.ts';

describe('a response with a status', () => {
  it('keeps headers, cookies and body', () => {
    const response = readResponse({
      statusCode: 201,
      headers: { 'Content-Type': 'application/json', 'X-Count': 3 },
      cookies: ['a=1', 'b=2'],
      body: '{}',
    });
    expect(response).toEqual({
      status: 201,
      headers: { 'content-type': 'application/json', 'x-count': '3', 'set-cookie': ['a=1', 'b=2'] },
      body: Buffer.from('{}'),
    });
  });

  it('decodes a base64 body', () => {
    expect(readResponse({ statusCode: 200, body: 'AAE=', isBase64Encoded: true })?.body).toEqual(Buffer.from([0, 1]));
  });

  it.each([
    { statusCode: 'abc' },
    { statusCode: 99 },
    { statusCode: 200, body: { not: 'text' } },
    { statusCode: 200, headers: 'x' },
    { statusCode: 200, cookies: 'a=1' },
  ])('is malformed as %j', (result) => {
    expect(readResponse(result)).toBeUndefined();
  });
});

it.each<[unknown, string]>([
  ['plain', 'plain'],
  [{ hello: 1 }, '{"hello":1}'],
  [[1, 2], '[1,2]'],
  [null, 'null'],
])('infers a 200 with JSON from %j', (result, body) => {
  expect(readResponse(result)).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body),
  });
});

it('words its own answers as API Gateway does', () => {
  expect(gatewayResponse(404).body.toString()).toBe('{"message":"Not Found"}');
  expect(gatewayResponse(503).body.toString()).toBe('{"message":"Service Unavailable"}');
});
