import type { Authenticate, Credential } from '../../core/accounts/authenticate.ts';
import { hasScope } from '../../core/accounts/scopes.ts';
import { notFound } from '../../core/http/not-found.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { ApiEvent, ApiMiddleware } from './api-event.ts';
import type { RateLimits } from './limit-requests.ts';
import type { Operation } from './operation.ts';
import { clientOf } from './request-client.ts';

export type { Authenticate };

/**
 * Finds out who calls, counts the request against the caller's limit, and finds out whether they may call this operation: a refused
 * request counts as well. A session key is held to its session here, for every route that names one: another session answers like
 * one that does not exist.
 */
export function authenticateRequest(
  operation: Operation,
  authenticate: Authenticate,
  limits: Pick<RateLimits, 'admitRequest'>,
): ApiMiddleware {
  return {
    before: async function authenticateRequestBefore({ event }) {
      if (operation.access === 'open') return;
      const principal = await authenticate(credentialOf(event), clientOf(event));
      event.state.principal = principal;
      await limits.admitRequest(principal, event.state.passedBuckets);
      if (operation.access === 'login' || operation.access === 'admin') {
        if (principal.kind !== 'user') throw new WharfError('JWT_REQUIRED');
        if (operation.access === 'admin' && principal.role !== 'admin') throw new WharfError('ADMIN_REQUIRED');
        return;
      }
      if (principal.kind === 'session-key') holdToSession(operation, principal.sessionId, event);
      if (principal.kind !== 'user' && !hasScope(principal.scopes, operation.access)) {
        throw new WharfError('SCOPE_MISSING', { detail: `This route needs the scope ${operation.access}.` });
      }
    },
  };
}

/** `x-api-key` wins when both are sent. */
function credentialOf(event: ApiEvent): Credential {
  const { 'x-api-key': key, authorization } = event.headers;
  if (key !== undefined && key !== '') return { kind: 'api-key', text: key };
  if (authorization === undefined || authorization === '') {
    throw new WharfError('CREDENTIAL_MISSING', {
      detail: 'Send a key in x-api-key or a login token in Authorization: Bearer.',
    });
  }
  const token = /^Bearer +([^\s]+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new WharfError('CREDENTIAL_INVALID');
  return { kind: 'token', text: token };
}

function holdToSession(operation: Operation, sessionId: string, event: ApiEvent): void {
  if (operation.path.includes('{sessionId}')) {
    if (event.pathParameters?.sessionId !== sessionId) throw notFound('session');
    return;
  }
  if (operation.takesSessionKeys !== true) {
    throw new WharfError('SCOPE_MISSING', { detail: 'A session key works for its own session only.' });
  }
}
