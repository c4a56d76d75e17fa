import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EventTooLargeError, ThrottledError } from '../lambda-host/function-pool.ts';
import type { LambdaHost } from '../lambda-host/lambda-host.ts';
import type { ApiSpec } from './api-spec.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { type ApiResponse, gatewayResponse, readResponse } from './read-response.ts';
import { type ApiRequest, requestEvent } from './request-event.ts';
import { createRouteTable, type MatchedRoute } from './route-table.ts';
import { tokenBucket } from './token-bucket.ts';

export interface AnswerOptions {
  readonly api: ApiSpec;
  readonly accountId: string;
  readonly region: string;
  readonly functions: Pick<LambdaHost, 'byArn'>;
}

/**
 * What API Gateway does between a request and its answer: CORS, throttle, routing, the event, the function, the answer. Never rejects: what goes
 * wrong in a function is logged by its host and answered with 500, what takes too long with 503.
 *
 * @example const response = await createAnswerer(options)(request)
 */
export function createAnswerer(options: AnswerOptions): (request: ApiRequest) => Promise<ApiResponse> {
  const { api } = options;
  const findRoute = createRouteTable(api.routes);
  const takeToken = api.throttle === undefined ? () => true : tokenBucket(api.throttle, Date.now);
  return async (request) => {
    const requestId = randomUUID();
    const origin = headerOf(request, 'origin');
    if (api.cors !== undefined && isPreflight(request)) {
      return withRequestId(
        { status: 204, headers: preflightHeaders(api.cors, origin), body: Buffer.alloc(0) },
        requestId,
      );
    }
    const matched = findRoute(request.method, request.url.split('?')[0] ?? '/');
    const response = takeToken() ? await run(options, request, matched, requestId) : gatewayResponse(429);
    const cors = api.cors === undefined ? {} : corsHeaders(api.cors, origin);
    return withRequestId({ ...response, headers: { ...response.headers, ...cors } }, requestId);
  };
}

async function run(
  options: AnswerOptions,
  request: ApiRequest,
  matched: MatchedRoute | undefined,
  requestId: string,
): Promise<ApiResponse> {
  if (matched === undefined) return gatewayResponse(404);
  const target = options.functions.byArn(matched.route.functionArn);
  if (target === undefined) return gatewayResponse(500);
  const { accountId, region, api } = options;
  const context = { accountId, region, apiId: api.apiId, requestId, nowMs: Date.now() };
  const timeout = new AbortController();
  try {
    return await Promise.race([
      target
        .invoke(requestEvent(request, matched, context))
        .then((result) => readResponse(result) ?? gatewayResponse(500)),
      delay(matched.route.timeoutMs, gatewayResponse(503), { signal: timeout.signal }),
    ]);
  } catch (error) {
    if (error instanceof EventTooLargeError) return gatewayResponse(413);
    return gatewayResponse(error instanceof ThrottledError ? 503 : 500);
  } finally {
    timeout.abort();
  }
}

function isPreflight(request: ApiRequest): boolean {
  return request.method === 'OPTIONS' && headerOf(request, 'access-control-request-method') !== undefined;
}

function headerOf(request: ApiRequest, wanted: string): string | undefined {
  const at = request.rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
  return at === -1 ? undefined : request.rawHeaders[at + 1];
}

function withRequestId(response: ApiResponse, requestId: string): ApiResponse {
  return { ...response, headers: { ...response.headers, 'apigw-requestid': requestId } };
}
