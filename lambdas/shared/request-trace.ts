import { newId } from '../../core/ids.ts';
import { rateLimitHeaders } from '../../core/rate-limits/rate-limit-headers.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { ApiLogger, ApiMiddleware, MiddyRequest } from './api-event.ts';

/** Ids of other systems (UUIDs, X-Ray, `req_…`) fit; anything that could break a log line or a header does not. */
const saneRequestId = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/**
 * Gives each request its id, taken from `x-request-id` when that is sane, sends it back with every answer, and writes one log line
 * per request. Every answer to a known caller says how much of the limits is left. Must be the outermost middleware.
 */
export function requestTrace(logger: ApiLogger, now: () => number = Date.now): ApiMiddleware {
  const finish = ({ event, response, error }: MiddyRequest) => {
    if (response === undefined || response === null) return;
    const { requestId, startedAtMs, operation, principal } = event.state;
    response.headers = {
      ...response.headers,
      ...rateLimitHeaders(event.state.passedBuckets, now()),
      'x-request-id': requestId,
    };
    logger.info('request', {
      requestId,
      route: operation === undefined ? 'unknown' : `${operation.method} ${operation.path}`,
      status: response.statusCode,
      ms: Math.round((now() - startedAtMs) * 10) / 10,
      tenantId: principal?.tenantId,
      caller: principal?.kind,
      code: error instanceof WharfError ? error.code : undefined,
    });
  };
  return {
    before: function requestTraceBefore({ event }) {
      const given = event.headers?.['x-request-id'];
      const requestId = given !== undefined && saneRequestId.test(given) ? given : newId('req');
      event.state = { requestId, startedAtMs: now(), passedBuckets: [] };
    },
    after: finish,
    onError: finish,
  };
}
