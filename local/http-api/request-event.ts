import type { MatchedRoute } from './route-table.ts';

/** An HTTP request, read to its end. */
export interface ApiRequest {
  readonly method: string;
  /** As it stands in the request line, with the query. */
  readonly url: string;
  /** Name and value in turn, as Node's `rawHeaders`. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly httpVersion: string;
}

export interface EventContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly region: string;
  readonly requestId: string;
  readonly nowMs: number;
}

/**
 * The event of payload format 2.0. Members without content are absent, as in AWS.
 *
 * @example requestEvent(request, { route, pathParameters: { sessionId: 'ses_1' } }, context)
 */
export function requestEvent(request: ApiRequest, matched: MatchedRoute, context: EventContext): object {
  const [rawPath = '/', rawQueryString = ''] = splitOnce(request.url, '?');
  const { headers, cookies } = readHeaders(request.rawHeaders);
  const { apiId, accountId, requestId, nowMs, region } = context;
  const { routeKey } = matched.route;
  const query = readQuery(rawQueryString);
  const isBase64Encoded = request.body.length > 0 && !isText(headers['content-type']);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers: {
      ...headers,
      'x-forwarded-for': [headers['x-forwarded-for'], request.sourceIp].filter(Boolean).join(', '),
      'x-forwarded-proto': 'http',
    },
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    ...(Object.keys(matched.pathParameters).length > 0 ? { pathParameters: matched.pathParameters } : {}),
    requestContext: {
      accountId,
      apiId,
      domainName: `${apiId}.execute-api.${region}.amazonaws.com`,
      domainPrefix: apiId,
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: commonLogTime(nowMs),
      timeEpoch: nowMs,
    },
    ...(request.body.length > 0 ? { body: request.body.toString(isBase64Encoded ? 'base64' : 'utf8') } : {}),
    isBase64Encoded,
  };
}

/** Lower-case names, repeated headers joined by commas, cookies apart. */
function readHeaders(rawHeaders: readonly string[]): {
  headers: Record<string, string>;
  cookies: readonly string[];
} {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter((cookie) => cookie !== ''));
    else headers[name] = Object.hasOwn(headers, name) ? `${headers[name]},${value}` : value;
  }
  return { headers, cookies };
}

/** Decoded, repeated parameters joined by commas. */
function readQuery(rawQueryString: string): Readonly<Record<string, string>> {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = Object.hasOwn(query, name) ? `${query[name]},${value}` : value;
  }
  return query;
}

/** HTTP APIs pass these as text and everything else, forms included, in base64. */
function isText(contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('text/') || type.endsWith('+json') || type.endsWith('+xml')) return true;
  return type === 'application/json' || type === 'application/xml' || type === 'application/javascript';
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `22/Nov/2026:17:05:09 +0000` */
function commonLogTime(nowMs: number): string {
  const iso = new Date(nowMs).toISOString();
  return `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

function splitOnce(text: string, delimiter: string): readonly [string, string?] {
  const at = text.indexOf(delimiter);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
