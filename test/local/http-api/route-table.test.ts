import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRouteTable } from '../../../local/http-api/route-table.ts';

function tableOf(...routeKeys: string[]) {
  const find = createRouteTable(routeKeys.map((routeKey) => ({ routeKey, functionArn: routeKey, timeoutMs: 1_000 })));
  return (method: string, path: string) => {
    const matched = find(method, path);
    return matched && { key: matched.route.routeKey, ...matched.pathParameters };
  };
}

describe('routes', () => {
  const routes = [
    '$default',
    'ANY /{proxy+}',
    'ANY /sessions/{id}',
    'GET /sessions/{id}',
    'GET /sessions/{id}/{tail+}',
    'GET /sessions/{id}/qr',
    'GET /sessions/latest',
    'ANY /sessions/latest',
  ];

  it.each<[string, string, object]>([
    ['GET', '/sessions/latest', { key: 'GET /sessions/latest' }],
    ['POST', '/sessions/latest', { key: 'ANY /sessions/latest' }],
    ['GET', '/sessions/ses_1', { key: 'GET /sessions/{id}', id: 'ses_1' }],
    ['DELETE', '/sessions/ses_1', { key: 'ANY /sessions/{id}', id: 'ses_1' }],
    ['GET', '/sessions/ses_1/qr', { key: 'GET /sessions/{id}/qr', id: 'ses_1' }],
    ['GET', '/sessions/ses_1/a/b', { key: 'GET /sessions/{id}/{tail+}', id: 'ses_1', tail: 'a/b' }],
    ['POST', '/sessions/ses_1/a/b', { key: 'ANY /{proxy+}', proxy: 'sessions/ses_1/a/b' }],
    ['GET', '/sessions/a%2Fb%20c', { key: 'GET /sessions/{id}', id: 'a/b c' }],
    ['GET', '/sessions/%E0%A4%A', { key: 'GET /sessions/{id}', id: '%E0%A4%A' }],
    ['GET', '/', { key: '$default' }],
  ])('%s %s', (method, path, expected) => {
    expect(tableOf(...routes)(method, path)).toEqual(expected);
  });

  it('does not depend on the order of the template', () => {
    const paths = ['/sessions/latest', '/sessions/x', '/sessions/x/qr', '/sessions/x/y/z', '/other', '/'];
    const expected = paths.map((path) => tableOf(...routes)('GET', path));
    const shuffled = fc.shuffledSubarray(routes, { minLength: routes.length });
    fc.assert(
      fc.property(shuffled, (order) => {
        expect(paths.map((path) => tableOf(...order)('GET', path))).toEqual(expected);
      }),
    );
  });

  it('answers nothing without a fitting route and without a default', () => {
    const find = tableOf('GET /a/{id}');
    expect(find('GET', '/a')).toBeUndefined();
    expect(find('GET', '/a/')).toBeUndefined();
    expect(find('GET', '/a/b/c')).toBeUndefined();
    expect(find('POST', '/a/b')).toBeUndefined();
  });
});
