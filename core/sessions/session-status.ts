/**
 * What a session can be. The usual way is `starting → scan_qr → connecting → connected`; a lost socket goes to `reconnecting`
 * and back. `stopped`, `qr_expired`, `passkey_required`, `logged_out`, `restricted`, `banned`, `conflict` and `failed` wait for a
 * person (or, for `restricted`, for time to pass).
 */
export const sessionStatuses = [
  'starting',
  'scan_qr',
  'connecting',
  'connected',
  'reconnecting',
  'stopped',
  'qr_expired',
  'passkey_required',
  'logged_out',
  'restricted',
  'banned',
  'conflict',
  'failed',
] as const;

export type SessionStatus = (typeof sessionStatuses)[number];

/** Statuses in which a session needs no connector until its tenant wishes something new; `restricted` ends by itself. */
const statusesAtRest: ReadonlySet<SessionStatus> = new Set([
  'stopped',
  'qr_expired',
  'passkey_required',
  'logged_out',
  'banned',
  'conflict',
  'failed',
]);

/** @example isAtRest('qr_expired') // true */
export function isAtRest(status: SessionStatus): boolean {
  return statusesAtRest.has(status);
}

/** What the tenant wants of a session; the connector that owns the shard makes it so. */
export type DesiredState = 'connected' | 'stopped' | 'logged_out' | 'deleted';
