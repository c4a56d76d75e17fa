import type { SessionStatus } from '../../core/sessions/session-status.ts';
import type { Closure } from '../engine/port.ts';
import { comeToRest } from './come-to-rest.ts';
import { personalOptions } from './personal-options.ts';
import type { SessionCore } from './session-core.ts';

/** Statuses from which a login is a return and not a first connection. */
export const cameFromConnected: ReadonlySet<SessionStatus> = new Set(['connected', 'reconnecting']);

/** Our own fault, and the same for all sessions: only a person can mend it. */
const identityRefused = 'WhatsApp refuses the browser or the version that this connector names';

/** A rival and the restart after a link concern one session; any other lost socket may be one of many. */
const ownAffairs: ReadonlySet<number> = new Set([440, 515]);

/** Opens a socket when the worker's bucket allows one: a login, or an attempt to link. */
export async function connect(core: SessionCore, pairingPhone?: string): Promise<void> {
  const { record } = core;
  if (record === undefined) return;
  core.reconnects.cancelTimers();
  // A place in the queue for sockets may be many seconds away, which nobody waits for who gives his shards back.
  await core.dependencies.connectGate.pass(core.stopping.signal);
  if (core.stopping.signal.aborted || core.hasEnded) return;
  if (!(await openVault(core))) return;
  if (pairingPhone !== undefined) core.pairingAnsweredAt = record.row.pairingRequestedAt;
  const { status, statusReason } = record.row;
  const next = statusOfAttempt(status, core.socket.isLinked);
  // Trying again is no news.
  await record.setStatus(next, next === status && statusReason !== undefined ? { reason: statusReason } : {});
  if (record.lost || core.hasEnded) return;
  core.enter('connecting');
  try {
    const personal = await personalOptions(core);
    await core.socket.connect({
      signal: core.stopping.signal,
      ...personal,
      ...(pairingPhone === undefined ? {} : { pairingPhone }),
    });
  } catch (error) {
    core.warn('A socket could not be opened', error);
    await onClosed(core, { code: 500, reason: 'connect_failed' });
  }
}

/** Opens the keys; `false` when that ended the session or will be tried again later. */
export async function openVault(core: SessionCore): Promise<boolean> {
  const state = await core.socket.openVault();
  if (state === 'fenced') core.endQuietly('The keys belong to a later owner');
  if (state === 'unavailable') core.retryAfter({ floorMs: 0 });
  return state === 'ready';
}

/** What follows from the end of a socket: another one, now or later, or rest. */
export async function onClosed(core: SessionCore, closure: Closure): Promise<void> {
  const linked = core.socket.isLinked;
  core.letGo();
  const { code, reason } = closure;
  const { logger } = core.dependencies;
  logger.info({ ...core.fields(), code, reason, linked }, 'Socket closed');
  if (code === 409) logger.error({ ...core.fields(), alarm: 'client_identity_refused' }, identityRefused);
  if (code === 440 && !(await core.stillOwnsShard())) return core.endQuietly('Another process holds the session');
  const reaction = core.reconnects.reactTo(closure, linked);
  const isOwnAffair = ownAffairs.has(code) || closure.proxyTrouble !== undefined;
  if (reaction.kind === 'reconnect' && !isOwnAffair) core.dependencies.connectGate.fell();
  if (reaction.kind === 'next_round') return connect(core);
  if (reaction.kind === 'rest') return comeToRest(core, reaction);
  if (core.record !== undefined && cameFromConnected.has(core.record.row.status)) {
    await core.record.setStatus('reconnecting', { reason: reaction.reason });
  } else if (!linked) {
    await core.desk?.clear();
    await core.record?.setStatus('starting', { reason: reaction.reason });
  } else if (closure.proxyTrouble !== undefined) {
    await core.record?.setStatus('connecting', { reason: closure.proxyTrouble });
  }
  core.retryAfter(reaction);
}

function statusOfAttempt(before: SessionStatus, linked: boolean): SessionStatus {
  // A code on show stays on show between two rounds.
  if (!linked) return before === 'scan_qr' ? before : 'starting';
  return cameFromConnected.has(before) ? 'reconnecting' : 'connecting';
}
