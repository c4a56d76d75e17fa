import { scopes } from '../../core/accounts/scopes.ts';
import { type ErrorCode, errorCatalogue } from '../../core/error-catalogue.ts';
import type { DocumentedOperation } from './load-operations.ts';

const always: readonly ErrorCode[] = ['INTERNAL_ERROR', 'SERVICE_UNAVAILABLE'];
const withCredential: readonly ErrorCode[] = [
  'CREDENTIAL_MISSING',
  'CREDENTIAL_INVALID',
  'CREDENTIAL_EXPIRED',
  'ACCOUNT_SUSPENDED',
  'TOO_MANY_REQUESTS',
];
const withBody: readonly ErrorCode[] = [
  'MALFORMED_JSON',
  'UNSUPPORTED_MEDIA_TYPE',
  'BODY_TOO_LARGE',
  'VALIDATION_FAILED',
];
const withIdempotencyKey: readonly ErrorCode[] = [
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_MISMATCH',
];

/** Whether keys may call it, given the scope that `access` names. */
export function takesKeys({ access }: DocumentedOperation): boolean {
  return scopes.some((scope) => scope === access);
}

export function isOpen({ access }: DocumentedOperation): boolean {
  return access === 'open';
}

/** Every code that an operation may answer: its own and those of the way to it. Ordered by status, then by the catalogue. */
export function errorsOf(operation: DocumentedOperation): ErrorCode[] {
  const codes = new Set<ErrorCode>([...operation.errors, ...always]);
  const add = (more: readonly ErrorCode[]) => more.forEach((code) => void codes.add(code));
  if (!isOpen(operation)) add(withCredential);
  if (!isOpen(operation)) add(takesKeys(operation) ? ['SCOPE_MISSING', 'ADDRESS_NOT_ALLOWED'] : ['JWT_REQUIRED']);
  if (operation.access === 'admin') add(['ADMIN_REQUIRED']);
  if (operation.body !== undefined) add(withBody);
  if (operation.query !== undefined) add(['VALIDATION_FAILED']);
  if (operation.path.includes('{')) add(['NOT_FOUND']);
  if (operation.reserves !== undefined) add(withIdempotencyKey);
  const order = Object.keys(errorCatalogue);
  return [...codes].sort((a, b) => statusOf(a) - statusOf(b) || order.indexOf(a) - order.indexOf(b));
}

function statusOf(code: ErrorCode): number {
  return errorCatalogue[code].status;
}
