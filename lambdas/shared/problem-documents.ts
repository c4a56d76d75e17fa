import { apiBasePath } from '../../core/http/api-base-path.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { ApiEvent, ApiLogger, ApiMiddleware, ApiResponse } from './api-event.ts';

/** Faults of AWS that pass by themselves; the SDK has tried several times before we see one. */
const passingFaults = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TimeoutError',
  'TransactionCanceledException',
  'TransactionInProgressException',
]);

/**
 * Turns every error into a problem document (RFC 9457). What is not a `WharfError` is logged with all it has and answered with
 * nothing of it.
 */
export function problemDocuments(logger: ApiLogger): ApiMiddleware {
  return {
    onError: function problemDocumentsOnError(request) {
      const error = publicError(request.error);
      if (error !== request.error) {
        logger.error('request failed', { requestId: request.event.state.requestId, err: request.error });
      }
      request.error = error;
      request.response = problemResponse(error, request.event);
    },
  };
}

function publicError(error: unknown): WharfError {
  if (error instanceof WharfError) return error;
  const passes = error instanceof Error && passingFaults.has(error.name);
  return passes
    ? new WharfError('SERVICE_UNAVAILABLE', { extra: { retryAfterSeconds: 1 }, cause: error })
    : new WharfError('INTERNAL_ERROR', { cause: error });
}

function problemResponse(error: WharfError, event: ApiEvent): ApiResponse {
  const problem = {
    ...error.extra,
    type: `${apiBasePath}/docs#errors/${error.code}`,
    title: error.title,
    status: error.status,
    detail: error.detail ?? `${error.title}.`,
    instance: event.rawPath,
    code: error.code,
    requestId: event.state.requestId,
    ...(error.errors.length === 0 ? {} : { errors: error.errors }),
    success: false,
  };
  return {
    statusCode: error.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...extraHeaders(error) },
    body: JSON.stringify(problem),
  };
}

/** Headers that HTTP itself asks for with certain answers. */
function extraHeaders(error: WharfError): Record<string, string> {
  const { allow } = error.extra;
  const retryAfterSeconds = secondsToWait(error);
  return {
    ...(error.status === 401 ? { 'www-authenticate': 'Bearer realm="wharf"' } : {}),
    ...(typeof allow === 'string' ? { allow } : {}),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
}

/** Said by the error itself, or by the moment at which its quota is empty again. */
function secondsToWait({ extra: { retryAfterSeconds, resetsAt } }: WharfError): number | undefined {
  if (typeof retryAfterSeconds === 'number') return Math.ceil(retryAfterSeconds);
  return typeof resetsAt === 'string' ? Math.max(1, Math.ceil((Date.parse(resetsAt) - Date.now()) / 1_000)) : undefined;
}
