import { WharfError } from '../../core/wharf-error.ts';
import type { ApiEvent, ApiMiddleware } from './api-event.ts';
import type { Operation } from './operation.ts';

const bodyBytesMax = 256 * 1024;
/** Deeper than any schema of ours; stops a body whose only purpose is to be deep. */
const depthMax = 20;
const jsonContentType = /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i;

/** Reads the JSON body of an operation that takes one; others' bodies are not looked at. */
export function jsonBody(operation: Operation): ApiMiddleware {
  return {
    before: function jsonBodyBefore({ event }) {
      if (operation.body !== undefined) event.state.body = readJsonBody(event);
    },
  };
}

/**
 * The parsed body, or undefined when there is none. Throws `BODY_TOO_LARGE`, `UNSUPPORTED_MEDIA_TYPE` or `MALFORMED_JSON`.
 *
 * @example readJsonBody({ body: '{"name":"Client ABC"}', headers: { 'content-type': 'application/json' } }) // { name: 'Client ABC' }
 */
export function readJsonBody(event: Pick<ApiEvent, 'body' | 'headers' | 'isBase64Encoded'>): unknown {
  if (event.body === undefined || event.body === '') return undefined;
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > bodyBytesMax) {
    throw new WharfError('BODY_TOO_LARGE', { detail: `A body may have ${bodyBytesMax} bytes.` });
  }
  const contentType = event.headers['content-type'];
  if (contentType !== undefined && !jsonContentType.test(contentType)) {
    throw new WharfError('UNSUPPORTED_MEDIA_TYPE', { detail: 'Send content-type: application/json.' });
  }
  const value = parseJson(bytes);
  if (isDeeperThan(value, depthMax)) {
    throw new WharfError('MALFORMED_JSON', { detail: `The body is nested deeper than ${depthMax} levels.` });
  }
  return value;
}

/** The parser's own message quotes the body, so it stays out of the answer and of the log. */
function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new WharfError('MALFORMED_JSON');
  }
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
