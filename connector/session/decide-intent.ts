import type { Session } from '../../core/sessions/session.ts';
import type { SessionStatus } from '../../core/sessions/session-status.ts';

/** What the owner knows beside the row. */
export interface IntentContext {
  /** A socket exists, or a timer will make one. */
  readonly active: boolean;
  /** The `desiredRev` that this process acted on, if it did. */
  readonly actedRev: number | undefined;
  /** The session holds a linked device's credentials. */
  readonly linked: boolean;
  /** `pairingRequestedAt` of the request that was answered last. */
  readonly pairingAnsweredAt: string | undefined;
  readonly nowMs: number;
}

export type Intent =
  | 'stay'
  | 'connect'
  /** Close and connect again: the tenant asked for a restart. */
  | 'reconnect'
  /** Close and start a fresh attempt to link with a pairing code. */
  | 'pair'
  | 'stop'
  | 'log_out'
  | 'delete';

/** Statuses that only a new wish leaves; `restricted` also ends by itself. */
const restingStatuses: ReadonlySet<SessionStatus> = new Set([
  'stopped',
  'qr_expired',
  'passkey_required',
  'logged_out',
  'restricted',
  'banned',
  'conflict',
  'failed',
]);

/** Who asked for a pairing code longer ago than this does not wait for it any more. */
const pairingRequestMs = 180_000;

/**
 * What to do to make a session as its row wants it. Called on take-over, on each reconcile command and once a minute, so doing
 * nothing must be the answer when all is well.
 *
 * @example decideIntent(row, { active: false, actedRev: undefined, linked: false, pairingAnsweredAt: undefined, nowMs }) // 'connect'
 */
export function decideIntent(row: Session, context: IntentContext): Intent {
  const { active } = context;
  const handled = (context.actedRev ?? row.handledRev) === row.desiredRev;
  switch (row.desired) {
    case 'deleted':
      return 'delete';
    case 'logged_out':
      return handled && !active && row.status === 'logged_out' ? 'stay' : 'log_out';
    case 'stopped':
      return handled && !active && row.status === 'stopped' ? 'stay' : 'stop';
    case 'connected':
      return wantsPairing(row, context) ? 'pair' : connectIntent(row, context, handled);
  }
}

function connectIntent(row: Session, { active, actedRev, nowMs }: IntentContext, handled: boolean): Intent {
  if (active) return actedRev === undefined || actedRev === row.desiredRev ? 'stay' : 'reconnect';
  if (!handled || !restingStatuses.has(row.status)) return 'connect';
  const restrictionOver = row.status === 'restricted' && row.until !== undefined && Date.parse(row.until) <= nowMs;
  return restrictionOver ? 'connect' : 'stay';
}

function wantsPairing(row: Session, { linked, pairingAnsweredAt, nowMs }: IntentContext): boolean {
  const { pairingPhone, pairingRequestedAt } = row;
  if (linked || pairingPhone === undefined || pairingRequestedAt === undefined) return false;
  if (pairingAnsweredAt !== undefined && pairingRequestedAt <= pairingAnsweredAt) return false;
  return nowMs - Date.parse(pairingRequestedAt) < pairingRequestMs;
}
