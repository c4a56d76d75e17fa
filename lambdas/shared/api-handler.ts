import middy from '@middy/core';
import httpRouterHandler from '@middy/http-router';
import { apiBasePath } from '../../core/http/api-routes.ts';
import type { ApiEvent, ApiLogger, ApiResponse } from './api-event.ts';
import { type Authenticate, authenticateRequest } from './authenticate-request.ts';
import { jsonBody } from './json-body.ts';
import type { Answer, ApiRequest, BoundOperation, Operation } from './operation.ts';
import { pathVariables } from './path-variables.ts';
import { problemDocuments } from './problem-documents.ts';
import { clientOf } from './request-client.ts';
import { requestTrace } from './request-trace.ts';
import { unknownRoute } from './unknown-route.ts';
import { validateRequest } from './validate.ts';

export interface ApiHandlerOptions {
  readonly logger: ApiLogger;
  readonly operations: readonly BoundOperation[];
  /** Only a function whose operations are all open does without. */
  readonly authenticate?: Authenticate;
}

/**
 * The Lambda handler of one group of routes. The way of a request: trace, route, authentication, body, schema, work; every error
 * on the way becomes a problem document.
 *
 * @example export const handler = createApiHandler({ logger, authenticate, operations: [bind(sessionOperations.get, …)] });
 */
export function createApiHandler({ logger, operations, authenticate }: ApiHandlerOptions) {
  const router = httpRouterHandler<ApiEvent, ApiResponse>({
    routes: operations.map(({ operation, run }) => ({
      method: operation.method,
      path: `${apiBasePath}${operation.path}`,
      handler: middy<ApiEvent, ApiResponse>((event: ApiEvent) => answerRequest(operation, run, event)).use([
        { before: ({ event }: { event: ApiEvent }) => remember(event, operation) },
        authenticateRequest(operation, authenticate ?? refuseAll),
        jsonBody(operation),
        validateRequest(operation),
      ]),
    })),
    notFoundResponse: unknownRoute,
  });
  return middy<ApiEvent, ApiResponse>(router).use([requestTrace(logger), problemDocuments(logger)]);
}

/** For the log line, also when the request goes no further. */
function remember(event: ApiEvent, operation: Operation): void {
  event.state.operation = operation;
}

async function refuseAll(): Promise<never> {
  throw new Error('This function has no way to authenticate.');
}

async function answerRequest(operation: Operation, run: BoundOperation['run'], event: ApiEvent): Promise<ApiResponse> {
  const { requestId, principal, body, query } = event.state;
  const request = {
    requestId,
    principal,
    client: clientOf(event),
    path: pathVariables(event),
    body,
    query,
  } as ApiRequest<unknown, unknown>;
  return response(operation.status, await run(request));
}

/** Answers hold keys, QR codes and people's data: no cache may keep one. */
function response(statusCode: number, answer: Answer<unknown>): ApiResponse {
  const headers = { 'cache-control': 'no-store' };
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
