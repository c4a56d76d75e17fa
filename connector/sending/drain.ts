import { hopelessReason } from '../commands/wait-for-connection.ts';
import type { SendingDeskOptions } from './sending-desk.ts';
import type { ParkedSend } from './sending-store.ts';
import type { SessionSending } from './session-sending.ts';

/** One message of a drain; one that takes longer is tried at the next drain. */
const sendMs = 60_000;
/** After a drain that did not come to its end. */
const againMs = 30_000;
/** Our clock and WhatsApp's. */
const slackMs = 250;
/** All sessions get new limits at the same moment. */
const dayJitterMs = 60_000;
/** The longest that a timer of Node can wait. */
const timerMsMax = 2 ** 31 - 1;
const never = Number.POSITIVE_INFINITY;

/**
 * Lets go what waits, in order, as soon as it may: when a hold ends, when a day begins, when a person writes by himself. One drain runs at a
 * time in a session; between them a timer waits for the next moment at which anything can change. It ends with its session.
 */
export class Drain {
  readonly #options: SendingDeskOptions;
  readonly #sending: SessionSending;
  #isRunning = false;
  #isWanted = false;
  #notBeforeMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SendingDeskOptions, sending: SessionSending) {
    this.#options = options;
    this.#sending = sending;
  }

  /** Tries what waits. A call during a drain makes it look once more at its end. */
  async run(): Promise<void> {
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        if (!(await this.#pass())) this.#notBeforeMs = this.#options.now() + againMs;
      }
    } catch (error) {
      this.#notBeforeMs = this.#options.now() + againMs;
      throw error;
    } finally {
      this.#isRunning = false;
      this.schedule();
    }
  }

  /** Waits for the next moment at which something may leave. */
  schedule(): void {
    clearTimeout(this.#timer);
    const { connection, hasEnded } = this.#sending.machine;
    const dueAtMs = this.#dueAtMs();
    // The next connection looks by itself.
    if (this.#isRunning || hasEnded || connection === undefined || dueAtMs === undefined) return;
    const delayMs = Math.max(dueAtMs, this.#notBeforeMs) - this.#options.now();
    this.#timer = setTimeout(
      () => void this.run().catch((error: unknown) => this.#sending.warn('What waits could not be sent', error)),
      Math.min(timerMsMax, Math.max(slackMs, delayMs)),
    ).unref();
  }

  /** False when it had to stop early and must be tried again. */
  async #pass(): Promise<boolean> {
    const { machine, list } = this.#sending;
    await this.#lookAtHold();
    for (const entry of list.inOrder()) {
      const isHopeless = hopelessReason(machine) !== undefined;
      // The next connection looks again. What none will ever carry is tried all the same, and fails.
      if ((machine.connection === undefined && !isHopeless) || machine.hasEnded) return true;
      if (!this.#options.mayAct()) return false;
      if (!list.has(entry.messageId) || (!isHopeless && this.#mustWait(entry))) continue;
      const outcome = await this.#options.send(machine, entry.messageId, AbortSignal.timeout(sendMs));
      if (outcome === 'later') return false;
    }
    return true;
  }

  /** WhatsApp is asked before anything is tried again: a question costs nothing, and a message would prolong the lock. */
  async #lookAtHold(): Promise<void> {
    const { hold, machine } = this.#sending;
    const { connection } = machine;
    if (hold === undefined || connection === undefined || Date.parse(hold.retryAt) > this.#options.now()) return;
    const lock = await connection.findReachOutLock();
    if (lock?.isActive === true) await this.#sending.setHold(lock.until);
    else await this.#sending.endHold();
  }

  /** Nothing has changed for this message since it was told to wait. */
  #mustWait(entry: ParkedSend): boolean {
    const { hold, machine, list } = this.#sending;
    const { addresses, isNewChat, waiting } = entry;
    if (waiting.reason === 'daily_limit') return isFuture(waiting.until, this.#options.now());
    // It only waits behind others of its chat.
    if (!isNewChat) return list.behind(entry) !== undefined;
    if (this.#options.knownChats.isKnown(machine.name.sessionId, addresses)) return false;
    if (waiting.reason === 'account_restricted') return hold !== undefined && hold.until === waiting.until;
    return isFuture(waiting.until, this.#options.now());
  }

  #dueAtMs(): number | undefined {
    const { hold, list } = this.#sending;
    const moments = list.inOrder().map((entry) => {
      const { isNewChat, waiting } = entry;
      if (waiting.reason !== 'daily_limit' && !isNewChat && list.behind(entry) !== undefined) return never;
      if (waiting.reason === 'account_restricted') return hold === undefined ? 0 : never;
      return waiting.until === null ? 0 : Date.parse(waiting.until) + dayJitterMs * this.#options.random();
    });
    if (hold !== undefined) moments.push(Date.parse(hold.retryAt) + slackMs);
    const dueAtMs = Math.min(...moments, never);
    return dueAtMs === never ? undefined : dueAtMs;
  }
}

function isFuture(until: string | null, nowMs: number): boolean {
  return until !== null && Date.parse(until) > nowMs;
}
