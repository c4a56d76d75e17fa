import type { SessionOwner } from '../../core/sessions/session.ts';
import type { SessionStatus } from '../../core/sessions/session-status.ts';
import { createSerialQueue } from '../concurrency/serial-queue.ts';
import { sleep } from '../concurrency/sleep.ts';
import type { Closure, EngineConnection, EngineEvent, IncomingMessage } from '../engine/port.ts';
import { type KeyVault, KeyVaultError } from '../keys/key-vault.ts';
import { errorFields } from '../logger.ts';
import type { SessionName } from '../storage/session-state.ts';
import { backoffMs } from './backoff.ts';
import { type Reaction, reactToClose } from './close-codes.ts';
import { decideIntent } from './decide-intent.ts';
import { LinkingDesk } from './linking-desk.ts';
import { OpenWaiters } from './open-waiters.ts';
import type { SessionDependencies } from './session-dependencies.ts';
import { SessionRecord } from './session-record.ts';
import { unlinkDevice } from './unlink-device.ts';

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
 * `#enter` sets the phase, only `SessionRecord.setStatus` the status. Each socket has a generation; events of an older one are
 * dropped, so a socket that is being closed cannot disturb its successor.
 */
type Phase = 'idle' | 'waiting' | 'connecting' | 'open' | 'ended';

/** A connection that lasted this long was a good one: the counters of failures start again. */
const stableMs = 60_000;
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
  #record: SessionRecord | undefined;
  #desk: LinkingDesk | undefined;
  #phase: Phase = 'idle';
  #generation = 0;
  #connection: EngineConnection | undefined;
  #vault: KeyVault | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stableTimer: NodeJS.Timeout | undefined;
  #pairingAnsweredAt: string | undefined;
  #gone = false;
  #attempt = 0;
  #conflicts = 0;
  #qrRoundsEnded = 0;

  constructor(dependencies: SessionDependencies, name: SessionName, shard: number, owner: SessionOwner) {
    this.#dependencies = dependencies;
    this.name = name;
    this.#shard = shard;
    this.#owner = owner;
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
    if (this.#phase === 'open') return this.#connection;
    if (this.#phase === 'ended' || timeoutMs === 0) return undefined;
    return this.#waiters.wait(timeoutMs, signal);
  }

  /** Ends gracefully and leaves the status as it is, for the next owner to continue. */
  async stop(): Promise<void> {
    await this.#run('stop', async () => {
      await this.#drain();
      this.#enter('ended');
    });
    await this.#receipts.idle();
  }

  /** Ends at once: another process may own the session already. */
  kill(): void {
    this.#generation += 1;
    this.#connection?.terminate();
    this.#connection = undefined;
    this.#enter('ended');
  }

  async #look(): Promise<void> {
    const record = await this.#openRecord();
    if (record === undefined) return this.#endQuietly('The session has another owner or is gone');
    const { row } = record;
    const intent = decideIntent(row, {
      active: this.isActive,
      actedRev: record.actedRev,
      linked: this.#vault !== undefined && this.#dependencies.engine.isLinked(this.#vault),
      pairingAnsweredAt: this.#pairingAnsweredAt,
      nowMs: this.#dependencies.now(),
    });
    if (intent === 'stay') return;
    if (row.desiredRev !== record.actedRev) this.#resetCounters();
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
        return this.#logOut(intent === 'delete');
    }
  }

  async #openRecord(): Promise<SessionRecord | undefined> {
    if (this.#record !== undefined) return (await this.#record.refresh()) ? this.#record : undefined;
    const row = await this.#dependencies.states.takeOver(this.name, this.#owner);
    if (row === undefined) {
      this.#gone = (await this.#dependencies.states.find(this.name)) === undefined;
      return undefined;
    }
    this.#record = new SessionRecord(this.#dependencies, this.#owner, row);
    this.#desk = new LinkingDesk(this.#dependencies, this.#record);
    await this.#record.repeatLastStatus();
    // The former owner may have died between the status and the deletion.
    if (row.status === 'logged_out') await this.#dependencies.deleteKeys(this.name);
    return this.#record;
  }

  async #connect(pairingPhone?: string): Promise<void> {
    const { engine, connectDelayMs, logger, messages } = this.#dependencies;
    const record = this.#record;
    if (record === undefined) return;
    this.#clearTimers();
    const generation = ++this.#generation;
    await sleep(connectDelayMs());
    const vault = await this.#openVault();
    if (vault === undefined) return;
    const linked = engine.isLinked(vault);
    await record.setStatus(statusOfAttempt(record.row.status, linked));
    if (pairingPhone !== undefined) this.#pairingAnsweredAt = record.row.pairingRequestedAt;
    if (record.lost || generation !== this.#generation) return;
    this.#enter('connecting');
    try {
      this.#connection = await engine.connect({
        sessionId: this.name.sessionId,
        vault,
        ...(pairingPhone === undefined || linked ? {} : { pairingPhone }),
        onEvent: (event) => this.#take(generation, event),
        onMessage: (message) => this.#onMessage(message),
        findSentMessage: async (messageId) => (await messages.find(this.name, messageId))?.content,
      });
    } catch (error) {
      logger.warn({ ...this.#fields(), ...errorFields(error) }, 'A socket could not be opened');
      await this.#onClosed({ code: 500, reason: 'connect_failed' });
    }
  }

  async #openVault(): Promise<KeyVault | undefined> {
    if (this.#vault !== undefined && this.#vault.failure === undefined) return this.#vault;
    try {
      this.#vault = await this.#dependencies.openVault(this.name, this.#owner.epoch);
      return this.#vault;
    } catch (error) {
      this.#vault = undefined;
      if (error instanceof KeyVaultError && error.fenced) {
        this.#endQuietly('The keys belong to a later owner');
        return undefined;
      }
      this.#dependencies.logger.warn({ ...this.#fields(), ...errorFields(error) }, 'The keys could not be opened');
      this.#retryAfter(backoffMs({ attempt: this.#attempt++, random: this.#dependencies.random() }));
      return undefined;
    }
  }

  #take(generation: number, event: EngineEvent): void {
    if (generation !== this.#generation) return;
    const record = this.#record;
    if (event.type === 'receipt' && record !== undefined) {
      // A receipt is best effort: WhatsApp does not repeat it, and the next one tells more.
      void this.#receipts
        .run(() => this.#dependencies.takeReceipt(event, record.row))
        .catch((error: unknown) => this.#warn('A receipt could not be noted', error));
      return;
    }
    void this.#run(event.type, async () => {
      if (generation === this.#generation) await this.#onEvent(event);
    });
  }

  async #onEvent(event: EngineEvent): Promise<void> {
    const record = this.#record;
    const desk = this.#desk;
    if (record === undefined || desk === undefined) return;
    switch (event.type) {
      case 'qr':
        await record.setStatus('scan_qr');
        return desk.showQr(event);
      case 'pairing_code':
        return desk.showPairingCode(event.code, event.expiresAt);
      case 'pairing_failed':
        return desk.showPairingError(event.reason);
      case 'linked':
        await desk.clear();
        return record.setStatus('connecting', { reason: 'linked' });
      case 'open':
        return this.#onOpen(event);
      case 'account':
        if (event.account.name !== undefined && event.account.name !== record.row.pushName) {
          await record.update({ pushName: event.account.name });
        }
        return;
      case 'passkey_required':
        this.#connection?.terminate();
        return this.#rest({ status: 'passkey_required', reason: 'passkey_required', forgetKeys: false });
      case 'closed':
        return this.#onClosed(event.closure);
      case 'receipt':
        return;
    }
  }

  async #onOpen({ account }: Extract<EngineEvent, { type: 'open' }>): Promise<void> {
    this.#qrRoundsEnded = 0;
    await this.#desk?.clear();
    await this.#record?.setStatus('connected', {
      change: {
        ...(account.phone === undefined ? {} : { phone: account.phone }),
        ...(account.lid === undefined ? {} : { lid: account.lid }),
        ...(account.name === undefined ? {} : { pushName: account.name }),
      },
    });
    if (this.#connection === undefined) return;
    this.#enter('open');
    this.#waiters.settle(this.#connection);
    this.#stableTimer = setTimeout(() => this.#resetCounters(), stableMs);
  }

  async #onClosed(closure: Closure): Promise<void> {
    const { engine, logger, stillOwner, random } = this.#dependencies;
    const linked = this.#vault !== undefined && engine.isLinked(this.#vault);
    this.#forgetConnection();
    logger.info({ ...this.#fields(), code: closure.code, reason: closure.reason, linked }, 'Socket closed');
    if (closure.code === 440 && !(await stillOwner(this.#shard))) {
      return this.#endQuietly('Another process holds the session');
    }
    const reaction = reactToClose(closure, {
      linked,
      qrRoundsEnded: this.#qrRoundsEnded,
      attempt: this.#attempt,
      conflicts: this.#conflicts,
    });
    if (closure.qrEnded === true) this.#qrRoundsEnded += 1;
    if (closure.code === 440) this.#conflicts += 1;
    if (reaction.kind === 'next_round') return this.#connect();
    if (reaction.kind === 'rest') return this.#rest(reaction);
    if (this.#record !== undefined && cameFromConnected.has(this.#record.row.status)) {
      await this.#record.setStatus('reconnecting', { reason: reaction.reason });
    } else if (!linked) {
      await this.#desk?.clear();
      await this.#record?.setStatus('starting', { reason: reaction.reason });
    }
    this.#retryAfter(waitMs(reaction, this.#attempt, random()));
    this.#attempt += 1;
  }

  async #rest({ status, reason, forgetKeys, until }: Omit<Extract<Reaction, { kind: 'rest' }>, 'kind'>): Promise<void> {
    this.#forgetConnection();
    this.#enter('idle');
    await this.#desk?.clear();
    const change = forgetKeys ? { phone: null, lid: null, pushName: null } : {};
    await this.#record?.setStatus(status, { reason, change, ...(until === undefined ? {} : { until }) });
    if (forgetKeys) await this.#forgetKeys();
    // Until then the row says so, and the regular look connects once the time has passed.
    this.#waiters.settle(undefined);
  }

  async #logOut(remove: boolean): Promise<void> {
    const record = this.#record;
    if (record === undefined) return;
    this.#clearTimers();
    const generation = ++this.#generation;
    const vault = await this.#openVault();
    if (vault === undefined || generation !== this.#generation) return;
    const connection = this.#phase === 'open' ? this.#connection : undefined;
    if (connection === undefined) this.#connection?.terminate();
    await unlinkDevice({
      dependencies: this.#dependencies,
      sessionId: this.name.sessionId,
      connection,
      vault,
      onMessage: (message) => this.#onMessage(message),
    });
    const reason = remove ? 'session_deleted' : 'requested';
    await this.#rest({ status: 'logged_out', reason, forgetKeys: true });
    if (!remove || record.lost) return;
    await record.remove();
    this.#gone = true;
    this.#enter('ended');
  }

  async #forgetKeys(): Promise<void> {
    this.#vault = undefined;
    const items = await this.#dependencies.deleteKeys(this.name);
    this.#dependencies.logger.info({ ...this.#fields(), items }, 'Keys deleted after the log-out');
  }

  async #onMessage(message: IncomingMessage): Promise<void> {
    const record = this.#record;
    if (record === undefined) throw new Error('The session has no row yet.');
    await this.#dependencies.takeIncoming(message, record.row);
    if (!message.fromMe) record.touch('lastReceivedAt');
  }

  #retryAfter(delayMs: number): void {
    this.#enter('waiting');
    this.#timer = setTimeout(() => void this.#run('retry', () => this.#retry()), delayMs);
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
    const connection = this.#connection;
    this.#generation += 1;
    this.#forgetConnection();
    this.#enter('idle');
    await connection?.drain();
  }

  #forgetConnection(): void {
    this.#clearTimers();
    this.#connection = undefined;
    if (this.#phase === 'open') this.#enter('idle');
  }

  #clearTimers(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#stableTimer);
  }

  #resetCounters(): void {
    this.#attempt = 0;
    this.#conflicts = 0;
    this.#qrRoundsEnded = 0;
  }

  #endQuietly(sentence: string): void {
    if (this.#phase === 'ended') return;
    this.#dependencies.logger.info(this.#fields(), sentence);
    this.kill();
  }

  #enter(phase: Phase): void {
    // `ended` is final: whatever was under way when it was entered must not revive the session.
    if (this.#phase === 'ended') return;
    this.#phase = phase;
    if (phase !== 'ended') return;
    this.#clearTimers();
    this.#waiters.settle(undefined);
  }

  async #run(what: string, work: () => Promise<void>): Promise<void> {
    await this.#queue
      .run(async () => {
        if (this.#phase !== 'ended') await work();
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

function waitMs(
  { floorMs, jitterMs }: Extract<Reaction, { kind: 'reconnect' }>,
  attempt: number,
  random: number,
): number {
  return jitterMs === undefined ? backoffMs({ attempt, random, floorMs }) : floorMs + random * jitterMs;
}
