import type { Message } from '../../core/messages/message.ts';
import type { SessionStatus } from '../../core/sessions/session-status.ts';
import { sleep } from '../concurrency/sleep.ts';
import type { EngineConnection } from '../engine/port.ts';
import type { SessionMachine } from '../session/session-machine.ts';

export type FoundConnection =
  | { readonly kind: 'open'; readonly connection: EngineConnection }
  /** Not here, not now: the command goes back to the queue. */
  | { readonly kind: 'later' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface WaitForConnectionOptions {
  readonly now: () => number;
  readonly monotonicNow: () => number;
  readonly signal: AbortSignal;
}

/** How long a command is held by its worker; each return to the queue counts towards its dead letters. */
const holdMs = 600_000;
/** A held command blocks its session's queue, "look again" commands included, so the row is looked at meanwhile. */
const lookEveryMs = 5_000;
/** A message that could not leave for a day is not wanted any more by whoever wrote it. */
const ageMsMax = 86_400_000;
/** Statuses in which no connection will ever carry this message. */
const hopeless: Readonly<Partial<Record<SessionStatus, string>>> = {
  logged_out: 'session_logged_out',
  banned: 'session_banned',
};

/** Why no connection of this session will ever carry a message; `undefined` when one may. */
export function hopelessReason({ status, isActive }: Pick<SessionMachine, 'status' | 'isActive'>): string | undefined {
  return status === undefined || isActive ? undefined : hopeless[status];
}

/**
 * Waits for the session to be connected, and after a return for its turn in the rising pace. Messages wait for a session that comes back, in their order; they fail when it cannot
 * come back, or after a day.
 */
export async function waitForConnection(
  machine: SessionMachine,
  message: Message,
  { now, monotonicNow, signal }: WaitForConnectionOptions,
): Promise<FoundConnection> {
  const startedAtMs = monotonicNow();
  for (;;) {
    if (signal.aborted) return { kind: 'later' };
    const connection = await machine.whenOpen(0);
    if (connection !== undefined) {
      const pauseMs = machine.takeSendDelayMs();
      if (pauseMs === 0) return { kind: 'open', connection };
      await sleep(pauseMs, signal);
      if (!signal.aborted && (await machine.whenOpen(0)) === connection) return { kind: 'open', connection };
      continue;
    }
    await machine.reconcile();
    if (machine.isGone) return { kind: 'failed', reason: 'session_deleted' };
    if (machine.hasEnded) return { kind: 'later' };
    const reason = hopelessReason(machine);
    if (reason !== undefined) return { kind: 'failed', reason };
    const isOld = now() - Date.parse(message.createdAt) > ageMsMax;
    // What was told to wait has another end of its own.
    if (isOld && message.waitingFor === undefined) return { kind: 'failed', reason: 'session_not_connected' };
    if (monotonicNow() - startedAtMs > holdMs) return { kind: 'later' };
    await machine.whenOpen(lookEveryMs, signal);
  }
}
