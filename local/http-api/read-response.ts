import { isJsonObject } from '../template/template.ts';

/** What goes back to the client. */
export interface ApiResponse {
  readonly status: number;
  /** Lower-case names; a list gives several lines, as cookies need. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/**
 * Reads what a function returned. With a `statusCode` it is a response; without one it is the body of a 200 with JSON. Returns `undefined` for a
 * malformed response, which API Gateway answers with 500.
 *
 * @example readResponse({ statusCode: 201, body: '{}' })?.status // 201
 */
export function readResponse(result: unknown): ApiResponse | undefined {
  if (!isJsonObject(result) || result.statusCode === undefined) return inferred(result);
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  const { body = '', headers = {}, cookies = [] } = result;
  if ((typeof body !== 'string' && body !== null) || !isJsonObject(headers ?? {}) || !Array.isArray(cookies))
    return undefined;
  const entries = Object.entries(headers ?? {})
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(entries),
      ...(cookies.length > 0 ? { 'set-cookie': cookies.map(String) } : {}),
    },
    body: Buffer.from(body ?? '', result.isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function inferred(result: unknown): ApiResponse {
  const text = typeof result === 'string' ? result : JSON.stringify(result ?? null);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
}

/**
 * An answer of API Gateway itself.
 *
 * @example gatewayResponse(404) // {"message":"Not Found"}
 */
export function gatewayResponse(status: keyof typeof gatewayMessages): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message: gatewayMessages[status] })),
  };
}

const gatewayMessages = {
  400: 'Bad Request',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;
