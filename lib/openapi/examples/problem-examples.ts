import { type ErrorCode, errorCatalogue } from '../../../core/error-catalogue.ts';
import { apiBasePath } from '../../../core/http/api-routes.ts';

/** Members that a problem has besides those of every problem. */
const extraMembers: Partial<Record<ErrorCode, Readonly<Record<string, unknown>>>> = {
  VALIDATION_FAILED: { errors: [{ pointer: '/name', message: 'Invalid input: expected string, received undefined.' }] },
  METHOD_NOT_ALLOWED: { allow: 'GET, PATCH, DELETE' },
  SESSION_NOT_CONNECTED: { sessionStatus: 'logged_out' },
  TOO_MANY_REQUESTS: { retryAfterSeconds: 12 },
  SEND_RATE_EXCEEDED: { retryAfterSeconds: 5 },
  REGISTRATION_THROTTLED: { retryAfterSeconds: 60 },
  LOGIN_THROTTLED: { retryAfterSeconds: 30 },
  QUOTA_SESSIONS_EXCEEDED: { limit: 1, used: 1, resetsAt: null },
  QUOTA_MESSAGES_EXCEEDED: { limit: 100, used: 100, resetsAt: '2026-11-23T00:00:00.000Z', retryAfterSeconds: 3600 },
  QUOTA_WEBHOOKS_EXCEEDED: { limit: 1, used: 1, resetsAt: null },
  IDEMPOTENCY_IN_PROGRESS: { retryAfterSeconds: 1 },
  SERVICE_UNAVAILABLE: { retryAfterSeconds: 1 },
};

/** The problem document of a code as the API writes it. */
export function problemExample(code: ErrorCode): Record<string, unknown> {
  const { status, title } = errorCatalogue[code];
  return {
    ...extraMembers[code],
    type: `${apiBasePath}/docs#errors/${code}`,
    title,
    status,
    detail: `${title}.`,
    instance: `${apiBasePath}/sessions`,
    code,
    requestId: 'req_01kbm3v9q5z8y7x6w5v4t3s2r1',
    success: false,
  };
}
