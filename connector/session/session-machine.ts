import type { SessionOwner } from '../../core/sessions/session.ts';
import type { SessionStatus } from '../../core/sessions/session-status.ts';
import { createSerialQueue } from '../concurrency/serial-queue.ts';
import { sleep } from '../concurrency/sleep.ts';
import { within } from '../concurrency/within.ts';
import type { Closure, EngineConnection, EngineEvent, IncomingMessage } from '../engine/port.ts';
import { errorFields } from '../logger.ts';
import type { SessionName } from '../storage/session-state.ts';
import type { Reaction } from './close-codes.ts';
import { decideIntent } from './decide-intent.ts';
import { LinkingDesk } from './linking-desk.ts';
import { OpenWaiters } from './open-waiters.ts';
import { Reconnects } from './reconnects.ts';
import type { SessionDependencies } from './session-dependencies.ts';
import { SessionRecord } from './session-record.ts';
import { SessionSocket } from './session-socket.ts';

/**
 * The life of one session in the process that owns its shard. One thing happens at a time: looks at the row, events of the
 * socket and timers wait in one queue.
 *
 * Phases
 * - `idle`: no socket and no timer. Entered at the start, and when the session comes to rest (`stopped`, `logged_out`, …).
 * - `waiting`: a timer will connect: back-off after a lost socket, the pause between conflicts, the end of a restriction.
 * - `connecting`: a socket exists that is not open. Without credentials it links: status `starting`, then `scan_qr` with each code;
 *   once the phone accepted, `connecting`, and WhatsApp asks for a new login (code 515). With credentials it logs in: status
 *   `connecting`, or `reconnecting` when it was connected before.
 * - `open`: status `connected`; commands may use the connection.
 * - `ended`: nothing happens any more. Entered by `stop`, by `kill`, when the row is deleted or owned by another process.
 *
 * What leaves a phase: the tenant's wish (`decideIntent`), the socket's end (`reactToClose`), a timer. Who may change what: only
 * `#enter` sets the phase, only `SessionRecord.setStatus` the status.
 */
type Phase = 'idle' | 'waiting' | 'connecting' | 'open' | 'ended';

/** How long a stop waits for receipts that are being noted. */
const receiptsMs = 5_000;

/** Statuses from which a login is a return and not a first connection. */
const cameFromConnected: ReadonlySet<SessionStatus> = new Set(['connected', 'reconnecting']);

export class SessionMachine {
  readonly name: SessionName;
  readonly #dependencies: SessionDependencies;
  readonly #owner: SessionOwner;
  readonly #shard: number;
  readonly #queue = createSerialQueue();
  /** Receipts come in bursts and must not wait behind a QR picture. */
  readonly #receipts = createSerialQueue();
  readonly #waiters = new OpenWaiters();
  readonly #socket: SessionSocket;
  readonly #reconnects: Reconnects;
  #record: SessionRecord | undefined;
  #desk: LinkingDesk | undefined;
  #phase: Phase = 'idle';
  #gone = false;
  /** Ends waits that a stop must not wait for. */
  readonly #stopping = new AbortController();
  #pairingAnsweredAt: string | undefined;

  constructor(dependencies: SessionDependencies, name: SessionName, shard: number, owner: SessionOwner) {
    this.#dependencies = dependencies;
    this.name = name;
    this.#shard = shard;
    this.#owner = owner;
    this.#reconnects = new Reconnects(dependencies.random);
    this.#socket = new SessionSocket(dependencies, name, owner.epoch, {
      onEvent: (event) => this.#take(event),
      onMessage: (message) => this.#onMessage(message),
    });
  }

  get status(): SessionStatus | undefined {
    return this.#record?.row.status;
  }

  /** Whether there is a socket, or a timer that will make one. */
  get isActive(): boolean {
    return this.#phase === 'waiting' || this.#phase === 'connecting' || this.#phase === 'open';
  }

  get hasEnded(): boolean {
    return this.#phase === 'ended';
  }

  /** The row does not exist (any more). */
  get isGone(): boolean {
    return this.#gone;
  }

  get record(): SessionRecord | undefined {
    return this.#record;
  }

  /** Reads the row and makes the session so. Never throws. */
  reconcile(): Promise<void> {
    return this.#run('look', () => this.#look());
  }

  /** The open connection, waiting for one at most `timeoutMs`; an abort ends the wait. */
  async whenOpen(timeoutMs: number, signal?: AbortSignal): Promise<EngineConnection | undefined> {
    if (this.#phase === 'open') return this.#socket.connection;
    if (this.#phase === 'ended' || timeoutMs === 0) return undefined;
    return this.#waiters.wait(timeoutMs, signal);
  }

  /** Ends gracefully and leaves the status as it is, for the next owner to continue. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#run('stop', async () => {
      try {
        await this.#drain();
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
    this.#socket.terminate();
    this.#enter('ended');
  }

  async #look(): Promise<void> {
    const record = await this.#openRecord();
    if (record === undefined) return this.#endQuietly('The session has another owner or is gone');
    const { row } = record;
    const intent = decideIntent(row, {
      active: this.isActive,
      actedRev: record.actedRev,
      linked: this.#socket.isLinked,
      pairingAnsweredAt: this.#pairingAnsweredAt,
      nowMs: this.#dependencies.now(),
    });
    if (intent === 'stay') return;
    if (row.desiredRev !== record.actedRev) this.#reconnects.reset();
    record.actedRev = row.desiredRev;
    switch (intent) {
      case 'connect':
        return this.#connect();
      case 'pair':
      case 'reconnect':
        await this.#drain();
        return this.#connect(intent === 'pair' ? row.pairingPhone : undefined);
      case 'stop':
        await this.#drain();
        await this.#desk?.clear();
        return record.setStatus('stopped', { reason: 'requested' });
      case 'log_out':
      case 'delete':
        return this.#logOut(record, intent === 'delete');
    }
  }

  async #openRecord(): Promise<SessionRecord | undefined> {
    if (this.#record !== undefined) return (await this.#record.refresh()) ? this.#record : undefined;
    const opened = await SessionRecord.open(this.#dependencies, this.name, this.#owner);
    this.#gone = opened === 'gone';
    if (opened === 'gone' || opened === 'owned_by_another') return undefined;
    this.#record = opened;
    this.#desk = new LinkingDesk(this.#dependencies, opened);
    // The former owner may have died between the status and the deletion.
    if (opened.row.status === 'logged_out') await this.#socket.forgetKeys();
    return opened;
  }

  async #connect(pairingPhone?: string): Promise<void> {
    const record = this.#record;
    if (record === undefined) return;
    this.#reconnects.cancelTimers();
    // A place in the queue for sockets may be many seconds away, which nobody waits for who gives his shards back.
    await sleep(this.#dependencies.connectDelayMs(), this.#stopping.signal);
    if (this.#stopping.signal.aborted || this.hasEnded) return;
    if (!(await this.#openVault())) return;
    if (pairingPhone !== undefined) this.#pairingAnsweredAt = record.row.pairingRequestedAt;
    const { status, statusReason } = record.row;
    const next = statusOfAttempt(status, this.#socket.isLinked);
    // Trying again is no news.
    await record.setStatus(next, next === status && statusReason !== undefined ? { reason: statusReason } : {});
    if (record.lost || this.hasEnded) return;
    this.#enter('connecting');
    try {
      const markOnline = record.row.settings.markOnline === true;
      await this.#socket.connect({ markOnline, ...(pairingPhone === undefined ? {} : { pairingPhone }) });
    } catch (error) {
      this.#warn('A socket could not be opened', error);
      await this.#onClosed({ code: 500, reason: 'connect_failed' });
    }
  }

  async #openVault(): Promise<boolean> {
    const state = await this.#socket.openVault();
    if (state === 'fenced') this.#endQuietly('The keys belong to a later owner');
    if (state === 'unavailable') this.#retryAfter({ floorMs: 0 });
    return state === 'ready';
  }

  #take(event: EngineEvent): void {
    const record = this.#record;
    if (event.type === 'receipt') {
      if (record === undefined) return;
      // A receipt is best effort: WhatsApp does not repeat it, and the next one tells more.
      void this.#receipts
        .run(() => this.#dependencies.takeReceipt(event, record.row))
        .catch((error: unknown) => this.#warn('A receipt could not be noted', error));
      return;
    }
    const { generation } = this.#socket;
    void this.#run(event.type, async () => {
      if (generation === this.#socket.generation) await this.#onEvent(event);
    });
  }

  async #onEvent(event: Exclude<EngineEvent, { type: 'receipt' }>): Promise<void> {
    const record = this.#record;
    const desk = this.#desk;
    if (record === undefined || desk === undefined) return;
    switch (event.type) {
      case 'qr':
      case 'pairing_code':
      case 'pairing_failed':
      case 'linked':
        return desk.take(event);
      case 'open':
        return this.#onOpen(event);
      case 'account':
        if (event.account.name === undefined || event.account.name === record.row.pushName) return;
        return record.update({ pushName: event.account.name });
      case 'passkey_required':
        return this.#rest({ status: 'passkey_required', reason: 'passkey_required', forgetKeys: false });
      case 'closed':
        return this.#onClosed(event.closure);
    }
  }

  async #onOpen({ account }: Extract<EngineEvent, { type: 'open' }>): Promise<void> {
    await this.#desk?.clear();
    await this.#record?.setStatus('connected', {
      change: {
        ...(account.phone === undefined ? {} : { phone: account.phone }),
        ...(account.lid === undefined ? {} : { lid: account.lid }),
        ...(account.name === undefined ? {} : { pushName: account.name }),
      },
    });
    if (this.hasEnded) return;
    this.#enter('open');
    this.#waiters.settle(this.#socket.connection);
    this.#reconnects.opened();
  }

  async #onClosed(closure: Closure): Promise<void> {
    const { logger, stillOwner } = this.#dependencies;
    const linked = this.#socket.isLinked;
    this.#letGo();
    logger.info({ ...this.#fields(), code: closure.code, reason: closure.reason, linked }, 'Socket closed');
    if (closure.code === 440 && !(await stillOwner(this.#shard))) {
      return this.#endQuietly('Another process holds the session');
    }
    const reaction = this.#reconnects.reactTo(closure, linked);
    if (reaction.kind === 'next_round') return this.#connect();
    if (reaction.kind === 'rest') return this.#rest(reaction);
    if (this.#record !== undefined && cameFromConnected.has(this.#record.row.status)) {
      await this.#record.setStatus('reconnecting', { reason: reaction.reason });
    } else if (!linked) {
      await this.#desk?.clear();
      await this.#record?.setStatus('starting', { reason: reaction.reason });
    }
    this.#retryAfter(reaction);
  }

  /** Waits for a person; a restriction also ends by itself, which the regular look notices. */
  async #rest({ status, reason, forgetKeys, until }: Omit<Extract<Reaction, { kind: 'rest' }>, 'kind'>): Promise<void> {
    this.#letGo();
    this.#enter('idle');
    await this.#desk?.clear();
    const change = forgetKeys ? { phone: null, lid: null, pushName: null } : {};
    await this.#record?.setStatus(status, { reason, change, ...(until === undefined ? {} : { until }) });
    if (forgetKeys) {
      const items = await this.#socket.forgetKeys();
      this.#dependencies.logger.info({ ...this.#fields(), items }, 'Keys deleted after the log-out');
    }
    this.#waiters.settle(undefined);
  }

  async #logOut(record: SessionRecord, remove: boolean): Promise<void> {
    this.#reconnects.cancelTimers();
    if (!(await this.#openVault())) return;
    const wasOpen = this.#phase === 'open';
    this.#enter('idle');
    await this.#socket.unlink(wasOpen);
    await this.#rest({ status: 'logged_out', reason: remove ? 'session_deleted' : 'requested', forgetKeys: true });
    if (!remove || record.lost) return;
    await record.remove();
    this.#gone = true;
    this.#enter('ended');
    // Nobody waits for it; what a crash leaves behind ends with its time to live.
    this.#dependencies
      .deleteMessages(this.name)
      .catch((error: unknown) => this.#warn('The messages of a deleted session could not be deleted', error));
  }

  async #onMessage(message: IncomingMessage): Promise<void> {
    const record = this.#record;
    if (record === undefined) throw new Error('The session has no row yet.');
    await this.#dependencies.takeIncoming(message, record.row);
    if (!message.fromMe) record.touch('lastReceivedAt');
  }

  #retryAfter(wait: { readonly floorMs: number; readonly jitterMs?: number }): void {
    if (this.hasEnded) return;
    this.#enter('waiting');
    this.#reconnects.after(this.#reconnects.nextWaitMs(wait), () => void this.#run('retry', () => this.#retry()));
  }

  async #retry(): Promise<void> {
    if (this.#phase !== 'waiting') return;
    this.#enter('idle');
    // The wish may have changed meanwhile, and the row may have another owner.
    if ((await this.#openRecord()) === undefined) return this.#endQuietly('The session has another owner or is gone');
    if (this.#record?.row.desired === 'connected') await this.#connect();
    else await this.#look();
  }

  async #drain(): Promise<void> {
    this.#reconnects.cancelTimers();
    this.#enter('idle');
    await this.#socket.drain();
  }

  /** The socket is closed, or shall be. Should what follows fail, the regular look must find that nothing is left. */
  #letGo(): void {
    this.#reconnects.cancelTimers();
    this.#socket.terminate();
    this.#enter('idle');
  }

  #endQuietly(sentence: string): void {
    if (this.hasEnded) return;
    this.#dependencies.logger.info(this.#fields(), sentence);
    this.kill();
  }

  #enter(phase: Phase): void {
    // `ended` is final: whatever was under way when it was entered must not revive the session.
    if (this.#phase === 'ended') return;
    this.#phase = phase;
    if (phase !== 'ended') return;
    this.#reconnects.cancelTimers();
    this.#waiters.settle(undefined);
  }

  async #run(what: string, work: () => Promise<void>): Promise<void> {
    await this.#queue
      .run(async () => {
        if (!this.hasEnded) await work();
      })
      // The next look, within a minute, starts from the row again.
      .catch((error: unknown) => this.#warn(`A step of the session failed: ${what}`, error));
  }

  #fields(): { sessionId: string; shard: number } {
    return { sessionId: this.name.sessionId, shard: this.#shard };
  }

  #warn(sentence: string, error: unknown): void {
    this.#dependencies.logger.error({ ...this.#fields(), ...errorFields(error) }, sentence);
  }
}

function statusOfAttempt(before: SessionStatus, linked: boolean): SessionStatus {
  // A code on show stays on show between two rounds.
  if (!linked) return before === 'scan_qr' ? before : 'starting';
  return cameFromConnected.has(before) ? 'reconnecting' : 'connecting';
}
