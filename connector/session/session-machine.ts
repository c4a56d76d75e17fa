import type { SessionOwner } from '../../core/sessions/session.ts';
import type { SessionStatus } from '../../core/sessions/session-status.ts';
import { createSerialQueue } from '../concurrency/serial-queue.ts';
import { within } from '../concurrency/within.ts';
import { isDirectoryEvent } from '../engine/directory-event.ts';
import type { EngineConnection, EngineEvent, IncomingMessage } from '../engine/port.ts';
import { isStorableId } from '../engine/storable-id.ts';
import type { SessionName } from '../storage/session-state.ts';
import { connect } from './connect.ts';
import { decideIntent } from './decide-intent.ts';
import { logOut } from './log-out.ts';
import { SessionCore } from './session-core.ts';
import type { SessionDependencies } from './session-dependencies.ts';
import type { SessionHandle } from './session-handle.ts';
import type { SessionRecord } from './session-record.ts';
import { takeEvent } from './take-event.ts';

/** How long a stop waits for receipts that are being noted. */
const receiptsMs = 5_000;

/**
 * The life of one session in the process that owns its shard. One thing happens at a time: looks at the row, events of the
 * socket and timers wait in one queue. The phases stand in `session-core.ts`.
 */
export class SessionMachine {
  readonly name: SessionName;
  readonly #core: SessionCore;
  readonly #queue = createSerialQueue();
  /** Receipts come in bursts and must not wait behind a QR picture. */
  readonly #receipts = createSerialQueue();
  /** Nor behind what is noted of groups and people. */
  readonly #directory = createSerialQueue();

  constructor(dependencies: SessionDependencies, name: SessionName, shard: number, owner: SessionOwner) {
    this.name = name;
    this.#core = new SessionCore({
      dependencies,
      name,
      shard,
      owner,
      listeners: {
        onEvent: (event) => this.#take(event),
        onMessage: (message) => this.#onMessage(message),
      },
      onRetry: () => void this.#run('retry', () => this.#retry()),
    });
  }

  get status(): SessionStatus | undefined {
    return this.#core.record?.row.status;
  }

  /** Whether there is a socket, or a timer that will make one. */
  get isActive(): boolean {
    return this.#core.isActive;
  }

  get hasEnded(): boolean {
    return this.#core.hasEnded;
  }

  /** The row does not exist (any more). */
  get isGone(): boolean {
    return this.#core.isGone;
  }

  get record(): SessionRecord | undefined {
    return this.#core.record;
  }

  /** The connection, if it is open now. */
  get connection(): EngineConnection | undefined {
    const { phase, socket } = this.#core;
    return phase === 'open' ? socket.connection : undefined;
  }

  /** Reads the row and makes the session so. Never throws. */
  reconcile(): Promise<void> {
    return this.#run('look', () => this.#look());
  }

  /** The open connection, waiting for one at most `timeoutMs`; an abort ends the wait. */
  async whenOpen(timeoutMs: number, signal?: AbortSignal): Promise<EngineConnection | undefined> {
    const { phase, socket, waiters } = this.#core;
    if (phase === 'open') return socket.connection;
    if (phase === 'ended' || timeoutMs === 0) return undefined;
    return waiters.wait(timeoutMs, signal);
  }

  /** Milliseconds to wait before the next message is sent; counts it. After a return the pace rises over a minute. */
  takeSendDelayMs(): number {
    return this.#core.ramp.takeDelayMs();
  }

  /** Ends gracefully and leaves the status as it is, for the next owner to continue. */
  async stop(): Promise<void> {
    this.#core.stopping.abort();
    await this.#run('stop', async () => {
      try {
        await this.#core.drain();
      } finally {
        // Whatever happened: a session that does not belong here must not connect again.
        this.kill();
      }
    });
    // They are best effort, and harmless after the end: rows only move forward.
    await within(receiptsMs, this.#receipts.idle());
  }

  /** Ends at once: another process may own the session already. */
  kill(): void {
    this.#core.kill();
  }

  async #look(): Promise<void> {
    const core = this.#core;
    const record = await core.openRecord();
    if (record === undefined) return core.endQuietly('The session has another owner or is gone');
    const { row } = record;
    const intent = decideIntent(row, {
      active: core.isActive,
      actedRev: record.actedRev,
      linked: core.socket.isLinked,
      pairingAnsweredAt: core.pairingAnsweredAt,
      nowMs: core.dependencies.now(),
    });
    if (intent === 'stay') return;
    if (row.desiredRev !== record.actedRev) core.reconnects.reset();
    record.actedRev = row.desiredRev;
    switch (intent) {
      case 'connect':
        return connect(core);
      case 'pair':
      case 'reconnect':
        await core.drain();
        return connect(core, intent === 'pair' ? row.pairingPhone : undefined);
      case 'stop':
        await core.drain();
        await core.desk?.clear();
        return record.setStatus('stopped', { reason: 'requested' });
      case 'log_out':
      case 'delete':
        await logOut(core, record, intent === 'delete');
        core.dependencies.sending.resume(this);
    }
  }

  /** The wish may have changed during the pause, and the row may have another owner. */
  async #retry(): Promise<void> {
    const core = this.#core;
    if (core.phase !== 'waiting') return;
    core.enter('idle');
    if ((await core.openRecord()) === undefined) return core.endQuietly('The session has another owner or is gone');
    if (core.record?.row.desired === 'connected') await connect(core);
    else await this.#look();
  }

  #take(event: EngineEvent): void {
    const { record, socket } = this.#core;
    if (event.type === 'receipt') {
      if (record === undefined) return;
      const messageIds = event.messageIds.filter(isStorableId);
      // A receipt is best effort: WhatsApp does not repeat it, and the next one tells more.
      void this.#receipts
        .run(() => this.#core.dependencies.takeReceipt({ ...event, messageIds }, record.row))
        .catch((error: unknown) => this.#core.warn('A receipt could not be noted', error));
      return;
    }
    if (isDirectoryEvent(event)) {
      if (record === undefined) return;
      void this.#directory
        .run(() => this.#core.dependencies.takeDirectory(event, this))
        .catch((error: unknown) => this.#core.warn('The directory could not be kept', error));
      return;
    }
    if (event.type === 'reach_out_lock') {
      if (record !== undefined) this.#core.dependencies.sending.takeLock(this, event.lock);
      return;
    }
    const { generation } = socket;
    void this.#run(event.type, async () => {
      if (generation !== socket.generation) return;
      await takeEvent(this.#core, event);
      // The end of a connection may be that of the link, and then what waits has failed.
      if (event.type === 'open' || event.type === 'closed') this.#core.dependencies.sending.resume(this);
      if (event.type !== 'open') return;
      await this.#core.dependencies.resumeMedia(this.#handle());
    });
  }

  #handle(): SessionHandle {
    return { ...this.name, metadata: this.record?.row.metadata ?? {}, connection: () => this.connection };
  }

  async #onMessage(message: IncomingMessage): Promise<void> {
    const { record, dependencies } = this.#core;
    if (record === undefined) throw new Error('The session has no row yet.');
    if (!isStorableId(message.messageId)) {
      dependencies.logger.warn(this.#core.fields(), 'A message was dropped: no table takes an id of its length');
      return;
    }
    await dependencies.takeIncoming(message, { ...record.row, ...this.#handle() });
    if (!message.fromMe) record.touch('lastReceivedAt');
  }

  async #run(what: string, work: () => Promise<void>): Promise<void> {
    await this.#queue
      .run(async () => {
        if (!this.hasEnded) await work();
      })
      // The next look, within a minute, starts from the row again.
      .catch((error: unknown) => this.#core.warn(`A step of the session failed: ${what}`, error));
  }
}
