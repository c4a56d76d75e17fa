/**
 * Every error code of the HTTP API. Codes are promised stable, titles are not. Documentation and OpenAPI are made from this
 * table, and a thrown code that is not in it does not compile.
 */
export const errorCatalogue = {
  VALIDATION_FAILED: { status: 422, title: 'The request does not match its schema' },
  MALFORMED_JSON: { status: 400, title: 'The body is not valid JSON' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The content type is not supported' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  CREDENTIAL_MISSING: { status: 401, title: 'No credential was sent' },
  CREDENTIAL_INVALID: { status: 401, title: 'The credential is not valid' },
  CREDENTIAL_EXPIRED: { status: 401, title: 'The credential has expired' },
  LOGIN_FAILED: { status: 401, title: 'E-mail address or password is wrong' },
  JWT_REQUIRED: { status: 403, title: 'This route takes a login token, not an API key' },
  SCOPE_MISSING: { status: 403, title: 'The key lacks a scope' },
  REGISTRATION_CLOSED: { status: 403, title: 'Registration is closed' },
  EMAIL_TAKEN: { status: 409, title: 'The e-mail address is in use' },
  NOT_FOUND: { status: 404, title: 'There is no such resource' },
  ROUTE_NOT_FOUND: { status: 404, title: 'There is no such route' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The route does not take this method' },
  CONFLICT: { status: 409, title: 'The resource was changed by another request' },
  SESSION_NOT_CONNECTED: { status: 409, title: 'The session is not connected' },
  SESSION_ALREADY_LINKED: { status: 409, title: 'The session is linked already' },
  QR_NOT_AVAILABLE: { status: 409, title: 'There is no QR code to show' },
  PAIRING_FAILED: { status: 409, title: 'WhatsApp gave no pairing code' },
  RECIPIENT_INVALID: { status: 422, title: 'The recipient is neither a phone number nor a chat id' },
  WEBHOOK_URL_FORBIDDEN: { status: 422, title: 'The webhook URL is not allowed' },
  CURSOR_INVALID: { status: 400, title: 'The cursor is not valid' },
  TOO_MANY_REQUESTS: { status: 429, title: 'Too many requests' },
  SEND_RATE_EXCEEDED: { status: 429, title: 'The session sends faster than its limit' },
  LOGIN_THROTTLED: { status: 429, title: 'Too many failed logins, wait a moment' },
  QUOTA_SESSIONS_EXCEEDED: { status: 403, title: 'The plan allows no more sessions' },
  QUOTA_MESSAGES_EXCEEDED: { status: 429, title: 'The plan allows no more messages today' },
  QUOTA_WEBHOOKS_EXCEEDED: { status: 403, title: 'The plan allows no more webhooks for this session' },
  IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'The Idempotency-Key is not valid' },
  IDEMPOTENCY_IN_PROGRESS: { status: 409, title: 'A request with this Idempotency-Key is still running' },
  IDEMPOTENCY_MISMATCH: { status: 422, title: 'The Idempotency-Key was used with another request' },
  CONNECTOR_TIMEOUT: { status: 504, title: 'The connector did not answer in time' },
  SERVICE_UNAVAILABLE: { status: 503, title: 'The service is not available for a moment' },
  INTERNAL_ERROR: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCatalogue;
