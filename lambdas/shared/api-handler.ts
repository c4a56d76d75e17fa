import middy from '@middy/core';
import httpRouterHandler from '@middy/http-router';
import { apiBasePath } from '../../core/http/api-base-path.ts';
import type { IdempotencyStore } from '../../core/idempotency/idempotency-store.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { ApiEvent, ApiLogger, ApiResponse } from './api-event.ts';
import { type Authenticate, authenticateRequest } from './authenticate-request.ts';
import { jsonBody } from './json-body.ts';
import type { RateLimits } from './limit-requests.ts';
import type { Answer, ApiRequest, BoundOperation, Operation } from './operation.ts';
import { pathVariables } from './path-variables.ts';
import { problemDocuments } from './problem-documents.ts';
import { clientOf } from './request-client.ts';
import { requestTrace } from './request-trace.ts';
import { runOnce } from './run-once.ts';
import { validateRequest } from './validate.ts';

export type ApiHandlerOptions = {
  readonly logger: ApiLogger;
  readonly operations: readonly BoundOperation[];
  /** Only a function none of whose operations reserves an id does without. */
  readonly idempotency?: IdempotencyStore;
  /** What API Gateway hands to one function only: paths that no route has. Throws what to answer; it knows all routes, so the others do without. */
  readonly unknownRoute?: (request: { readonly path: string }) => never;
} & (Gate | { readonly [Part in keyof Gate]?: never });

/** Only a function whose operations are all open does without. */
interface Gate {
  readonly authenticate: Authenticate;
  readonly limits: RateLimits;
}

/**
 * The Lambda handler of one group of routes. The way of a request: trace, route, authentication and limits, body, schema, work (once
 * for each `Idempotency-Key`); every error on the way becomes a problem document.
 *
 * @example export const handler = createApiHandler({ logger, authenticate, limits, operations: [bind(sessionOperations.get, …)] });
 */
export function createApiHandler(options: ApiHandlerOptions) {
  const { logger, operations, authenticate = refuseAll, limits = noLimits, idempotency } = options;
  const router = httpRouterHandler<ApiEvent, ApiResponse>({
    routes: operations.map(({ operation, run, isThere }) => ({
      method: operation.method,
      path: `${apiBasePath}${operation.path}`,
      handler: middy<ApiEvent, ApiResponse>((event: ApiEvent) =>
        runOnce(
          { operation, event, isThere },
          (reservedId) => answerRequest({ operation, run }, event, reservedId),
          idempotency,
        ),
      ).use([
        { before: ({ event }: { event: ApiEvent }) => remember(event, operation) },
        authenticateRequest(operation, authenticate, limits),
        jsonBody(operation),
        validateRequest(operation),
      ]),
    })),
    notFoundResponse: options.unknownRoute ?? noSuchRoute,
  });
  return middy<ApiEvent, ApiResponse>(router).use([requestTrace(logger), problemDocuments(logger)]);
}

function noSuchRoute(): never {
  throw new WharfError('ROUTE_NOT_FOUND');
}

/** For the log line, also when the request goes no further. */
function remember(event: ApiEvent, operation: Operation): void {
  event.state.operation = operation;
}

async function refuseAll(): Promise<never> {
  throw new Error('This function has no way to authenticate.');
}

const noLimits: RateLimits = { admitRequest: refuseAll, admitSend: refuseAll };

async function answerRequest(
  { operation, run }: BoundOperation,
  event: ApiEvent,
  reservedId: string,
): Promise<ApiResponse> {
  const { requestId, principal, body, query, passedBuckets } = event.state;
  const request = {
    requestId,
    principal,
    client: clientOf(event),
    path: pathVariables(event),
    body,
    query,
    reservedId,
    passedBuckets,
  } as ApiRequest<unknown, unknown>;
  return response(operation.status, await run(request));
}

/** Answers hold keys, QR codes and people's data: no cache may keep one. */
function response(statusCode: number, answer: Answer<unknown>): ApiResponse {
  const headers = { 'cache-control': 'no-store' };
  if ('redirect' in answer) return { statusCode: 302, headers: { ...headers, location: answer.redirect }, body: '' };
  if ('content' in answer) {
    const isText = typeof answer.content === 'string';
    return {
      statusCode,
      headers: { ...headers, 'content-type': answer.contentType, ...answer.headers },
      body: isText ? (answer.content as string) : Buffer.from(answer.content).toString('base64'),
      isBase64Encoded: !isText,
    };
  }
  const { data, pagination } = answer;
  return {
    statusCode,
    headers: { ...headers, 'content-type': 'application/json', ...answer.headers },
    body: JSON.stringify({ success: true, data, pagination }),
  };
}
