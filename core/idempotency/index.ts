export { parseIdempotencyKey } from './idempotency-key.ts';
export type { IdempotentAnswer } from './idempotency-record.ts';
export {
  type BeginResult,
  createIdempotencyStore,
  type IdempotencyClaim,
  type IdempotencyStore,
  type IdempotencyStoreOptions,
  type IdempotentRequest,
} from './idempotency-store.ts';
export { type FingerprintedRequest, requestFingerprint } from './request-fingerprint.ts';
export { type IdempotentWork, replayedHeader, runIdempotently } from './run-idempotently.ts';
