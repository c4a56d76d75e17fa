/**
 * What one `Idempotency-Key` stands for, per tenant and route, for 24 hours.
 *
 * - absent: nobody used the key, or 24 hours have passed (the row may still be there; the expiry is checked on every read).
 *   `begin` makes it **in progress**.
 * - **in progress**: one request, named by `attempt`, is doing the work until `leaseUntilMs`. It ends by `complete` (**done**), by
 *   `forget` (absent: the request was refused before it did anything), by `release` (**interrupted**: it broke off, and
 *   something may have been done), or by dying, which is the end of the lease. Others wait or get 409.
 * - interrupted, the same as a lease that ended: the next request with this key takes over under an attempt of its own. It gets
 *   the `reservedId` of the first, so that a message which the first may have queued is the same message.
 * - **done**: the answer stands and is replayed. Nothing changes it.
 *
 * Only the owner of `attempt` may end it, so that a request that was given up and wakes again changes nothing.
 */
export interface IdempotencyRecord {
  /** SHA-256 of the first request; another one under this key is a mismatch. */
  readonly fingerprint: string;
  readonly state: 'in_progress' | 'done';
  readonly attempt: string;
  readonly leaseUntilMs: number;
  readonly reservedId: string;
  readonly answer?: StoredAnswer;
  readonly expiresAtSeconds: number;
}

export interface IdempotentAnswer {
  readonly status: number;
  /** Names in lower case; only those of the answer itself are kept, not those of one exchange such as `x-request-id`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer as stored: the body sealed, because it may hold a key that is shown once. */
export interface StoredAnswer extends Omit<IdempotentAnswer, 'body'> {
  readonly body: Uint8Array;
}

export const keptSeconds = 24 * 60 * 60;

export type RecordView =
  | { readonly kind: 'free'; readonly reservedId: string | undefined }
  | { readonly kind: 'done'; readonly answer: StoredAnswer; readonly reservedId: string }
  | { readonly kind: 'busy'; readonly leaseUntilMs: number }
  | { readonly kind: 'mismatch' };

/** What a record means to a request with this fingerprint at this moment. */
export function viewRecord(record: IdempotencyRecord | undefined, fingerprint: string, nowMs: number): RecordView {
  if (record === undefined || record.expiresAtSeconds * 1_000 <= nowMs) return { kind: 'free', reservedId: undefined };
  if (record.fingerprint !== fingerprint) return { kind: 'mismatch' };
  if (record.answer !== undefined) return { kind: 'done', answer: record.answer, reservedId: record.reservedId };
  if (record.leaseUntilMs <= nowMs) return { kind: 'free', reservedId: record.reservedId };
  return { kind: 'busy', leaseUntilMs: record.leaseUntilMs };
}
