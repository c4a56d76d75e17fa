import type { SimulatorEvent } from '../e2e/support/simulator-client.ts';
import type { FaultKind } from './form.ts';

/** A fault from the moment it struck to the next one, in the simulator's clock (the same machine's). */
export interface StruckFault {
  readonly kind: FaultKind;
  readonly workerId: string;
  readonly atMs: number;
  readonly endMs: number;
  /** Whether all sessions had sockets again before the next fault. */
  readonly settled: boolean;
}

/** A time in which a linked phone had no working socket. */
export interface Gap {
  readonly phone: string;
  readonly kind: FaultKind;
  readonly milliseconds: number;
}

export interface Conflict {
  readonly phone: string;
  readonly atMs: number;
  /** Why the replaced socket was there; absent: nothing explains it. */
  readonly explanation?: string;
}

interface Socket {
  readonly phone: string;
  readonly connection: number;
  readonly openMs: number;
  closeMs: number;
}

/**
 * Gaps between the sockets of each phone, for each fault. The socket of a frozen process is still open for the simulator: when it is replaced by a new
 * login, it counts as gone from the moment of the freeze.
 *
 * @example socketGaps(events, faults) // [{ phone: '4915…', kind: 'kill', milliseconds: 1840 }]
 */
export function socketGaps(events: readonly SimulatorEvent[], faults: readonly StruckFault[]): readonly Gap[] {
  const sockets = readSockets(events);
  for (const { connection, atMs } of conflictEvents(events)) {
    const freeze = faultAt(faults, atMs, 'freeze');
    const socket = sockets.find((each) => each.connection === connection);
    if (freeze !== undefined && socket !== undefined && socket.openMs < freeze.atMs) socket.closeMs = freeze.atMs;
  }
  return [...new Set(sockets.map(({ phone }) => phone))].flatMap((phone) => {
    const own = sockets.filter((socket) => socket.phone === phone).sort((one, other) => one.openMs - other.openMs);
    return own.slice(1).flatMap((socket, index) => {
      const goneMs = own[index]?.closeMs ?? Number.POSITIVE_INFINITY;
      const fault = faultAt(faults, goneMs);
      if (fault === undefined || goneMs > socket.openMs) return [];
      return [{ phone, kind: fault.kind, milliseconds: socket.openMs - goneMs }];
    });
  });
}

/**
 * Every 440 with what explains it. A new login may replace only the socket of a frozen process, opened before the freeze: any other means that two
 * processes thought they owned the session.
 */
export function explainConflicts(
  events: readonly SimulatorEvent[],
  faults: readonly StruckFault[],
): readonly Conflict[] {
  const sockets = readSockets(events);
  return conflictEvents(events).map(({ phone = '', connection, atMs }) => {
    const freeze = faultAt(faults, atMs, 'freeze');
    const opened = sockets.find((each) => each.connection === connection)?.openMs ?? Number.POSITIVE_INFINITY;
    if (freeze === undefined || opened >= freeze.atMs) return { phone, atMs };
    const afterMs = atMs - freeze.atMs;
    return { phone, atMs, explanation: `taken over ${afterMs} ms after worker ${freeze.workerId.slice(0, 8)} froze` };
  });
}

function conflictEvents(events: readonly SimulatorEvent[]): readonly SimulatorEvent[] {
  return events.filter(({ kind }) => kind === 'conflict');
}

function faultAt(faults: readonly StruckFault[], atMs: number, kind?: FaultKind): StruckFault | undefined {
  return faults.find(
    (fault) => fault.atMs <= atMs && atMs < fault.endMs && (kind === undefined || fault.kind === kind),
  );
}

/** Sockets from login to close. */
function readSockets(events: readonly SimulatorEvent[]): Socket[] {
  const sockets: Socket[] = [];
  const byConnection = new Map<number, Socket>();
  for (const { kind, connection = 0, phone, atMs } of events) {
    if (kind === 'login' && phone !== undefined) {
      const socket = { phone, connection, openMs: atMs, closeMs: Number.POSITIVE_INFINITY };
      sockets.push(socket);
      byConnection.set(connection, socket);
    }
    const closed = kind === 'socket-close' ? byConnection.get(connection) : undefined;
    if (closed !== undefined) closed.closeMs = atMs;
  }
  return sockets;
}
