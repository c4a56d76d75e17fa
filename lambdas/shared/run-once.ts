import { parseIdempotencyKey } from '../../core/idempotency/idempotency-key.ts';
import type { IdempotencyStore } from '../../core/idempotency/idempotency-store.ts';
import { requestFingerprint } from '../../core/idempotency/request-fingerprint.ts';
import { runIdempotently } from '../../core/idempotency/run-idempotently.ts';
import { newId, newMessageId } from '../../core/ids.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { ApiEvent, ApiResponse } from './api-event.ts';
import type { BoundOperation, Operation } from './operation.ts';

/**
 * Does the work of a request, and when the request brings an `Idempotency-Key` and the operation takes one, does it once for each key
 * of the account: repeats within 24 hours get the first answer with `idempotent-replayed: true`. The work is given the id under
 * which to make its thing, the same one when an attempt that broke off is taken up again; empty when the operation reserves none.
 * Throws `IDEMPOTENCY_KEY_INVALID`, `IDEMPOTENCY_IN_PROGRESS`, `IDEMPOTENCY_MISMATCH`, `IDEMPOTENCY_GONE` where the operation looks whether
 * its thing is still there, and what the work throws.
 */
export async function runOnce(
  {
    operation,
    event,
    isThere,
  }: Pick<BoundOperation, 'isThere'> & { readonly operation: Operation; readonly event: ApiEvent },
  work: (reservedId: string) => Promise<ApiResponse>,
  store: IdempotencyStore | undefined,
): Promise<ApiResponse> {
  const { reserves, method, path } = operation;
  if (reserves === undefined) return work('');
  const reserveId = () => (reserves === 'message' ? newMessageId() : newId(reserves));
  const header = event.headers['idempotency-key'];
  if (header === undefined) return work(reserveId());
  const { principal, body } = event.state;
  if (store === undefined || principal === undefined) throw new Error(`${operation.id} has no store for its keys.`);
  const answer = await runIdempotently({
    store,
    reserveId,
    confirmReplay:
      isThere &&
      (async (id) => {
        if (await isThere(principal.tenantId, id)) return;
        throw new WharfError('IDEMPOTENCY_GONE', { detail: 'Use a new key to make another.' });
      }),
    request: {
      tenantId: principal.tenantId,
      route: `${method} ${path}`,
      key: parseIdempotencyKey(header),
      fingerprint: requestFingerprint({ method, path: event.rawPath, body }),
    },
    work: async (reservedId) => {
      const { statusCode = 500, headers, body: text = '' } = await work(reservedId);
      return { status: statusCode, headers: (headers ?? {}) as Record<string, string>, body: text };
    },
  });
  return {
    statusCode: answer.status,
    headers: { ...answer.headers, 'cache-control': 'no-store' },
    body: answer.body,
  };
}
