import { Ring } from '../accounts/ring.ts';

export type EventKind =
  | 'socket-open'
  | 'login'
  | 'login-refused'
  | 'pairing'
  | 'linked'
  | 'unlinked'
  | 'conflict'
  | 'socket-close';

/** Something that happened to a connection or a link. Times are of the simulator's own clock. */
export interface LoggedEvent {
  readonly number: number;
  readonly kind: EventKind;
  readonly at: string;
  readonly atMs: number;
  /** Number of the connection; the same in all events of one socket. */
  readonly connection?: number;
  readonly phone?: string;
  readonly device?: number;
  /** Why a socket closed or a login was refused. */
  readonly reason?: string;
}

const eventsMax = 50_000;

/** The last events, for tests that compute how long a device had no socket, or two. */
export class EventLog {
  readonly #ring = new Ring<LoggedEvent>(eventsMax);
  #count = 0;

  add(kind: EventKind, details: Omit<LoggedEvent, 'number' | 'kind' | 'at' | 'atMs'>): void {
    const atMs = Date.now();
    this.#ring.add({ number: ++this.#count, kind, at: new Date(atMs).toISOString(), atMs, ...details });
  }

  /** Events with a greater number. */
  since(number: number): readonly LoggedEvent[] {
    return this.#ring.since(number);
  }
}
