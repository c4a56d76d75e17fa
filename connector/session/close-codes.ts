import type { SessionStatus } from '../../core/sessions/session-status.ts';
import type { Closure } from '../engine/port.ts';
import type { ProxyTrouble } from '../engine/proxy-trouble.ts';

/** What the session remembers when a socket closes. */
export interface CloseHistory {
  /** Whether the session holds the credentials of a linked device. */
  readonly linked: boolean;
  /** Rounds of QR codes that ended unused, this one not counted. */
  readonly qrRoundsEnded: number;
  /** Sockets lost since the last connection that stayed open for a minute, this one not counted. */
  readonly attempt: number;
  /** Conflicts since then, this one not counted. */
  readonly conflicts: number;
  /** Streams that WhatsApp ended with an error within the last ten minutes, this one not counted. */
  readonly recentStreamErrors: number;
}

export type Reaction =
  /** Connect again by itself. With `jitterMs` the wait is that much at random, else it backs off by the number of attempts. */
  | {
      readonly kind: 'reconnect';
      readonly reason: string;
      readonly floorMs: number;
      readonly jitterMs?: number;
    }
  /** The next round of QR codes, at once. */
  | { readonly kind: 'next_round' }
  /** Wait for a person (or for `until`). `forgetKeys` only after WhatsApp itself confirmed the log-out. */
  | {
      readonly kind: 'rest';
      readonly status: SessionStatus;
      readonly reason: string;
      readonly forgetKeys: boolean;
      readonly until?: string;
    };

/** A person who has not scanned three rounds (about eight minutes) is not there. */
const qrRoundsMax = 3;
/** Somebody outside uses the same credentials; meeting them faster and faster helps nobody. */
const conflictWaitsMs = [5_000, 30_000, 300_000];
const conflictsMax = 5;
/** A closed connection with no word against us: spread a little and return. */
const politeJitterMs = 2_000;
const serverBusyFloorMs = 5_000;
/** From here on a stream error is no hiccup of one server: the tenant is told, and the session tries at most once a minute. */
export const streamErrorsMax = 5;
const unstableFloorMs = 60_000;
/** WhatsApp asks for one restart after a link, and now and then for another; one after the other is a loop. */
const restartsAtOnceMax = 3;
/** Without a newer version a refusal does not mend itself within minutes, and it hits all sessions at once. */
const versionRefusedFloorMs = 300_000;
/** With a newer one all sessions come back together, so they spread a little. */
const newVersionJitterMs = 5_000;

/** Somebody must set the proxy right, which makes a new wish and ends the wait; an unreachable one may come back by itself. */
const proxyFloorsMs: Readonly<Record<ProxyTrouble, number>> = {
  proxy_forbidden: 300_000,
  proxy_refused: 60_000,
  proxy_unreachable: 0,
};

/**
 * What to do after a socket closed, by WhatsApp's code. The reasons name what each code means; Baileys makes 408 and 428 itself for
 * connections that were lost or closed, and 500 for stream errors that it does not know, so 500 alone says nothing about the keys. A ban keeps its keys: it may be lifted.
 *
 * @example reactToClose({ code: 515, reason: 'restart' }, history) // reconnect at once
 */
export function reactToClose(closure: Closure, history: CloseHistory): Reaction {
  if (closure.proxyTrouble !== undefined) return reconnect(closure.proxyTrouble, proxyFloorsMs[closure.proxyTrouble]);
  if (!history.linked) return reactWhileLinking(closure, history);
  switch (closure.code) {
    case 401:
      return rest('logged_out', 'unlinked_on_phone', true);
    case 402:
      return restricted(closure);
    case 403:
      return rest('logged_out', 'account_locked', true);
    case 405:
      return versionRefused(closure);
    case 406:
      return rest('banned', 'account_banned', false);
    case 409:
      return rest('failed', 'client_identity_refused', false);
    case 411:
      return rest('failed', 'multi_device_mismatch', false);
    case 428:
      return history.attempt === 0
        ? reconnect('connection_closed', 0, politeJitterMs)
        : reconnect('connection_closed', 0);
    case 440:
      return reactToConflict(history);
    case 503:
      return reconnect('service_unavailable', serverBusyFloorMs);
    case 515:
      return restart(history);
    case 408:
      return reconnect('connection_lost', 0);
    default:
      return history.recentStreamErrors + 1 < streamErrorsMax
        ? reconnect(`stream_error_${closure.code}`, 0)
        : reconnect('unstable', unstableFloorMs);
  }
}

function reactWhileLinking(closure: Closure, history: CloseHistory): Reaction {
  if (closure.qrEnded === true) {
    if (history.qrRoundsEnded + 1 < qrRoundsMax) return { kind: 'next_round' };
    return rest('qr_expired', 'qr_not_scanned', false);
  }
  switch (closure.code) {
    case 405:
      return versionRefused(closure);
    case 409:
      return rest('failed', 'client_identity_refused', false);
    case 515:
      return restart(history);
    case 503:
      return reconnect('service_unavailable', serverBusyFloorMs);
    default:
      return reconnect(`linking_interrupted_${closure.code}`, 0);
  }
}

function versionRefused({ newerVersionKnown }: Closure): Reaction {
  if (newerVersionKnown === true) return reconnect('client_version_renewed', 0, newVersionJitterMs);
  return reconnect('client_version_refused', versionRefusedFloorMs);
}

function restart({ attempt }: CloseHistory): Reaction {
  return attempt < restartsAtOnceMax ? reconnect('restart_required', 0, 0) : reconnect('restart_required', 0);
}

function reactToConflict({ conflicts }: CloseHistory): Reaction {
  if (conflicts + 1 >= conflictsMax) return rest('conflict', 'used_elsewhere', false);
  const floorMs = conflictWaitsMs[Math.min(conflicts, conflictWaitsMs.length - 1)] ?? 0;
  return reconnect('used_elsewhere', floorMs, politeJitterMs);
}

function restricted(closure: Closure): Reaction {
  const reason = closure.banReason === undefined ? 'restricted' : `restricted_${closure.banReason}`;
  const base = { kind: 'rest', status: 'restricted', reason, forgetKeys: false } as const;
  return closure.restrictedUntil === undefined ? base : { ...base, until: closure.restrictedUntil };
}

function rest(status: SessionStatus, reason: string, forgetKeys: boolean): Reaction {
  return { kind: 'rest', status, reason, forgetKeys };
}

function reconnect(reason: string, floorMs: number, jitterMs?: number): Reaction {
  return jitterMs === undefined
    ? { kind: 'reconnect', reason, floorMs }
    : { kind: 'reconnect', reason, floorMs, jitterMs };
}
