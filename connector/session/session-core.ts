import type { SessionOwner } from '../../core/sessions/session.ts';
import { errorFields } from '../logger.ts';
import type { SessionName } from '../storage/session-state.ts';
import { KeepAlive } from './keep-alive.ts';
import { LinkingDesk } from './linking-desk.ts';
import { OpenWaiters } from './open-waiters.ts';
import { OutboundRamp } from './outbound-ramp.ts';
import { pulse } from './pulse.ts';
import { Reconnects } from './reconnects.ts';
import type { SessionDependencies } from './session-dependencies.ts';
import { SessionRecord } from './session-record.ts';
import { SessionSocket, type SocketListeners } from './session-socket.ts';

/**
 * Phases of a session in the process that owns its shard
 * - `idle`: no socket and no timer. Entered at the start, and when the session comes to rest (`stopped`, `logged_out`, …).
 * - `waiting`: a timer will connect: back-off after a lost socket, the pause between conflicts, the end of a restriction.
 * - `connecting`: a socket exists that is not open. Without credentials it links: status `starting`, then `scan_qr` with each code;
 *   once the phone accepted, `connecting`, and WhatsApp asks for a new login (code 515). With credentials it logs in: status
 *   `connecting`, or `reconnecting` when it was connected before.
 * - `open`: status `connected`; commands may use the connection.
 * - `ended`: nothing happens any more. Entered by `stop`, by `kill`, when the row is deleted or owned by another process.
 *
 * What leaves a phase: the tenant's wish (`decideIntent`), the socket's end (`reactToClose`), a timer. Who may change what: only
 * `SessionCore.enter` sets the phase, only `SessionRecord.setStatus` the status.
 */
export type Phase = 'idle' | 'waiting' | 'connecting' | 'open' | 'ended';

export interface SessionCoreOptions {
  readonly dependencies: SessionDependencies;
  readonly name: SessionName;
  readonly shard: number;
  readonly owner: SessionOwner;
  readonly listeners: SocketListeners;
  /** Called when the pause before the next attempt is over. */
  readonly onRetry: () => void;
}

/** What the steps of one session share: its phase, row, keys, socket, and timers. The steps themselves stand in files of their own. */
export class SessionCore {
  readonly dependencies: SessionDependencies;
  readonly name: SessionName;
  readonly waiters = new OpenWaiters();
  readonly socket: SessionSocket;
  readonly reconnects: Reconnects;
  readonly ramp: OutboundRamp;
  readonly keepAlive: KeepAlive;
  /** Ends waits that a stop must not wait for. */
  readonly stopping = new AbortController();
  pairingAnsweredAt: string | undefined;
  readonly #options: SessionCoreOptions;
  #record: SessionRecord | undefined;
  #desk: LinkingDesk | undefined;
  #phase: Phase = 'idle';
  #gone = false;

  constructor(options: SessionCoreOptions) {
    const { dependencies, name, owner, listeners } = options;
    this.#options = options;
    this.dependencies = dependencies;
    this.name = name;
    this.reconnects = new Reconnects(dependencies.random, dependencies.monotonicNow);
    this.ramp = new OutboundRamp(dependencies.monotonicNow);
    this.keepAlive = new KeepAlive({
      random: dependencies.random,
      ...(dependencies.keepAliveMs === undefined ? {} : { periodMs: dependencies.keepAliveMs }),
      pulse: () => pulse(this),
      onTrouble: (error) => this.warn('A pulse could not be noted', error),
    });
    this.socket = new SessionSocket(dependencies, name, owner.epoch, listeners);
  }

  get phase(): Phase {
    return this.#phase;
  }

  get hasEnded(): boolean {
    return this.#phase === 'ended';
  }

  /** Whether there is a socket, or a timer that will make one. */
  get isActive(): boolean {
    return this.#phase === 'waiting' || this.#phase === 'connecting' || this.#phase === 'open';
  }

  /** The row does not exist (any more). */
  get isGone(): boolean {
    return this.#gone;
  }

  /** The row, once it was taken over. */
  get record(): SessionRecord | undefined {
    return this.#record;
  }

  get desk(): LinkingDesk | undefined {
    return this.#desk;
  }

  enter(phase: Phase): void {
    // `ended` is final: whatever was under way when it was entered must not revive the session.
    if (this.#phase === 'ended') return;
    const wasOpen = this.#phase === 'open';
    this.#phase = phase;
    if (wasOpen !== (phase === 'open')) {
      this.dependencies.connectGate.countOpen(wasOpen ? -1 : 1);
      if (wasOpen) this.keepAlive.stop();
      else this.keepAlive.start();
    }
    if (phase !== 'ended') return;
    this.stopping.abort();
    this.reconnects.cancelTimers();
    this.waiters.settle(undefined);
  }

  /** Reads the row, taking it over the first time; `undefined` when it is gone or owned by another. */
  async openRecord(): Promise<SessionRecord | undefined> {
    if (this.#record !== undefined) return (await this.#record.refresh()) ? this.#record : undefined;
    const opened = await SessionRecord.open(this.dependencies, this.name, this.#options.owner);
    this.#gone = opened === 'gone';
    if (opened === 'gone' || opened === 'owned_by_another') return undefined;
    this.#record = opened;
    this.#desk = new LinkingDesk(this.dependencies, opened);
    // The former owner may have died between the status and the deletion.
    if (opened.row.status === 'logged_out') await this.socket.forgetKeys();
    return opened;
  }

  /** Connects again after a pause. */
  retryAfter(wait: { readonly floorMs: number; readonly jitterMs?: number }): void {
    if (this.hasEnded) return;
    this.enter('waiting');
    this.reconnects.after(this.reconnects.nextWaitMs(wait), this.#options.onRetry);
  }

  /** Lets what is under way on the socket end, then closes it. */
  async drain(): Promise<void> {
    this.reconnects.cancelTimers();
    this.enter('idle');
    await this.socket.drain();
  }

  /** The socket is closed, or shall be. Should what follows fail, the regular look must find that nothing is left. */
  letGo(): void {
    this.reconnects.cancelTimers();
    this.socket.terminate();
    this.enter('idle');
  }

  /** Ends at once: another process may own the session already. */
  kill(): void {
    this.socket.terminate();
    this.enter('ended');
  }

  endQuietly(sentence: string): void {
    if (this.hasEnded) return;
    this.dependencies.logger.info(this.fields(), sentence);
    this.kill();
  }

  /** The row was deleted, and the session with it. */
  endGone(): void {
    this.#gone = true;
    this.enter('ended');
  }

  stillOwnsShard(): Promise<boolean> {
    return this.dependencies.stillOwner(this.#options.shard);
  }

  /** What each log line of the session carries. */
  fields(): { sessionId: string; shard: number } {
    return { sessionId: this.name.sessionId, shard: this.#options.shard };
  }

  warn(sentence: string, error: unknown): void {
    this.dependencies.logger.error({ ...this.fields(), ...errorFields(error) }, sentence);
  }
}
