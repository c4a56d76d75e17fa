import type { EventEnvelope, EventType } from '../../core/events/event.ts';
import { derivedId } from '../../core/ids.ts';
import type { Probe, Session, SessionOwner } from '../../core/sessions/session.ts';
import type { SessionStatus } from '../../core/sessions/session-status.ts';
import { persist } from '../inbox/persist.ts';
import { errorFields } from '../logger.ts';
import type { SessionName, SessionStateChange } from '../storage/session-state.ts';
import type { SessionDependencies } from './session-dependencies.ts';

export interface StatusDetails {
  readonly reason?: string;
  readonly until?: string;
  /** Other fields to write in the same call. */
  readonly change?: SessionStateChange;
}

const historyLength = 3;
/** After this much trying a status is given up; the next look or the next owner writes what is true by then. */
const persistMs = 30_000;
/** An event this young may have been lost with its owner, between the row and the queue. */
const repeatEventMs = 600_000;
const touchMs = 60_000;

/**
 * The owner's copy of a session row, and the only place that writes it: one setter for the status, one `status.change` event per
 * change. Row first, since the row's fence refuses an owner that is none any more; then the event. The event of a status that
 * was written by an owner who then died is published again at take-over, under the same id.
 */
export class SessionRecord {
  readonly #dependencies: SessionDependencies;
  readonly #owner: SessionOwner;
  #row: Session;
  /** `desiredRev` that is being acted on; written along with each status. */
  actedRev: number | undefined;
  #lost = false;
  #touchedAtMs: Partial<Record<'lastReceivedAt' | 'lastSentAt', number>> = {};

  private constructor(dependencies: SessionDependencies, owner: SessionOwner, row: Session) {
    this.#dependencies = dependencies;
    this.#owner = owner;
    this.#row = row;
  }

  /** Takes the row over; `owned_by_another` when a later owner has it. */
  static async open(
    dependencies: SessionDependencies,
    name: SessionName,
    owner: SessionOwner,
  ): Promise<SessionRecord | 'gone' | 'owned_by_another'> {
    const row = await dependencies.states.takeOver(name, owner);
    if (row === undefined) {
      return (await dependencies.states.find(name)) === undefined ? 'gone' : 'owned_by_another';
    }
    const record = new SessionRecord(dependencies, owner, row);
    await record.#repeatLastStatus();
    return record;
  }

  get row(): Session {
    return this.#row;
  }

  /** A write was refused: the session belongs to another owner, or is gone. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Reads the row again; `false` when it is gone or owned by another. */
  async refresh(): Promise<boolean> {
    const row = await this.#dependencies.states.find(this.#row);
    if (
      row === undefined ||
      row.owner?.incarnation !== this.#owner.incarnation ||
      row.owner.epoch !== this.#owner.epoch
    ) {
      this.#lost = true;
      return false;
    }
    this.#row = row;
    return true;
  }

  async setStatus(status: SessionStatus, { reason, until, change = {} }: StatusDetails = {}): Promise<void> {
    const previous = this.#row.status;
    const handledRev = this.actedRev ?? this.#row.handledRev;
    const changed = status !== previous || reason !== this.#row.statusReason;
    if (!changed && handledRev === this.#row.handledRev && Object.keys(change).length === 0) return;
    const at = this.#now();
    // An unchanged status is said again, so that the row shows a wish that changed nothing as seen to.
    const news: SessionStateChange = changed
      ? {
          status,
          statusRev: this.#row.statusRev + 1,
          statusReason: reason ?? null,
          statusSince: at,
          until: until ?? null,
          statusHistory: [
            { status, at, ...(reason === undefined ? {} : { reason }) },
            ...this.#row.statusHistory,
          ].slice(0, historyLength),
        }
      : { status };
    const written = await this.#write({
      ...change,
      ...news,
      ...(handledRev === undefined ? {} : { handledRev }),
      updatedAt: at,
    });
    if (!written || !changed) return;
    this.#dependencies.logger.info(
      { sessionId: this.#row.sessionId, status, previous, reason },
      'Session status changed',
    );
    await this.#publishStatus(previous);
  }

  /** Publishes the present status; harmless to repeat. */
  async #publishStatus(previous?: SessionStatus): Promise<void> {
    const { sessionId, status, statusRev, statusReason, statusSince, until } = this.#row;
    await this.publish('status.change', ['status', sessionId, String(statusRev), status], {
      timestamp: statusSince,
      status,
      data: {
        status,
        previous: previous ?? null,
        reason: statusReason ?? null,
        ...(until === undefined ? {} : { until }),
      },
    });
  }

  /** On take-over: the former owner may have died between the row and the event. */
  async #repeatLastStatus(): Promise<void> {
    const { handledRev, statusSince, statusHistory } = this.#row;
    if (handledRev === undefined || this.#dependencies.now() - Date.parse(statusSince) > repeatEventMs) return;
    await this.#publishStatus(statusHistory[1]?.status);
  }

  async publish(
    type: EventType,
    idParts: readonly string[],
    rest: Pick<EventEnvelope, 'data'> & Partial<Pick<EventEnvelope, 'status' | 'timestamp'>>,
  ): Promise<void> {
    const { tenantId, sessionId, metadata } = this.#row;
    const id = derivedId('evt', idParts);
    const envelope = { version: 1, id, type, tenantId, sessionId, metadata, timestamp: this.#now(), ...rest } as const;
    try {
      await this.#persist(() => this.#dependencies.publish(envelope));
    } catch (error) {
      this.#dependencies.logger.error({ sessionId, type, ...errorFields(error) }, 'An event could not be published');
    }
  }

  /** Writes fields that are no status. */
  async update(change: SessionStateChange): Promise<void> {
    await this.#write({ ...change, updatedAt: this.#now() });
  }

  /** Notes traffic on the row, at most once a minute. */
  touch(field: 'lastReceivedAt' | 'lastSentAt'): void {
    const nowMs = this.#dependencies.now();
    if (nowMs - (this.#touchedAtMs[field] ?? 0) < touchMs) return;
    this.#touchedAtMs[field] = nowMs;
    this.#dependencies.states
      .write(this.#row, this.#owner, { [field]: new Date(nowMs).toISOString() })
      // A missing time stamp is mended by the next message.
      .catch((error: unknown) => this.#warn('The time of the last message could not be written', error));
  }

  /** Notes what came of a pulse; throws when the row takes it not, which the next pulse mends. */
  async noteProbe(lastProbe: Probe): Promise<void> {
    const written = await this.#dependencies.states.write(this.#row, this.#owner, { lastProbe });
    if (written) this.#row = { ...this.#row, lastProbe };
  }

  async remove(): Promise<void> {
    this.#lost = true;
    await this.#persist(() => this.#dependencies.states.remove(this.#row, this.#owner));
  }

  async #write(change: SessionStateChange): Promise<boolean> {
    try {
      const written = await this.#persist(() => this.#dependencies.states.write(this.#row, this.#owner, change));
      if (!written) this.#lost = true;
      else this.#row = merge(this.#row, change);
      return written;
    } catch (error) {
      this.#warn('The session row could not be written', error);
      return false;
    }
  }

  #persist<T>(work: () => Promise<T>): Promise<T> {
    return persist(work, { ...this.#dependencies, timeoutMs: persistMs });
  }

  #now(): string {
    return new Date(this.#dependencies.now()).toISOString();
  }

  #warn(sentence: string, error: unknown): void {
    this.#dependencies.logger.warn({ sessionId: this.#row.sessionId, ...errorFields(error) }, sentence);
  }
}

function merge(row: Session, change: SessionStateChange): Session {
  const merged: Record<string, unknown> = { ...row, ...change };
  for (const [name, value] of Object.entries(merged)) if (value === null || value === undefined) delete merged[name];
  return merged as unknown as Session;
}
