import type { Identity } from '../../core/identity.ts';
import { addressesOf } from '../../core/identity-addresses.ts';
import type { Message } from '../../core/messages/message.ts';
import { isChange } from '../../core/messages/message-content.ts';
import {
  type BudgetLimits,
  decideSend,
  readSendingRules,
  type SendingHold,
  startHold,
  type UsedBudget,
  type Waiting,
} from '../../core/sending/index.ts';
import type { SendingState } from '../../core/sessions/session.ts';
import { utcDay } from '../../core/utc-calendar.ts';
import type { EngineConnection, ReachOutLock } from '../engine/port.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { Surroundings } from '../session/session-dependencies.ts';
import type { SessionMachine } from '../session/session-machine.ts';
import type { KnownChats } from './known-chats.ts';
import { Pace } from './pace.ts';
import type { ParkedSend, SendingStore } from './sending-store.ts';
import { WaitingList } from './waiting-list.ts';

export interface SessionSendingOptions extends Surroundings {
  readonly store: SendingStore;
  readonly knownChats: KnownChats;
  readonly logger: Logger;
}

/** Whether a message may leave now. */
export type Admission =
  | { readonly kind: 'go'; readonly isNewChat: boolean }
  | { readonly kind: 'wait'; readonly isNewChat: boolean; readonly waiting: Waiting }
  /** Somebody else has seen to this message meanwhile. */
  | { readonly kind: 'over' }
  | { readonly kind: 'failed'; readonly reason: string };

/** More is no queue any more but a campaign, which has to be stopped and not stored. */
export const waitingMax = 1_000;
/** Somebody who asks for the number of waiting messages does not need each step of a burst. */
const showAfterMs = 1_000;

/**
 * What keeps the messages of one session back, in the process that owns it
 * - The hold: WhatsApp lets the account begin no new chats. It begins with a refusal (code 463) or a notification, and ends with a notification,
 *   or when its end is past and WhatsApp, asked again, does not name a later one. While it lasts no message to a new chat is tried.
 * - The budget: what may be used of the limits of the UTC day. The counter in the table decides; what is remembered here saves asking.
 * - The list of what waits. A message joins it with `park` and leaves it with `settle`; nothing else changes it.
 *
 * All of it lies in the messages table too, so that the next owner goes on where this one stopped.
 */
export class SessionSending {
  readonly machine: SessionMachine;
  readonly list: WaitingList;
  readonly #options: SessionSendingOptions;
  readonly #pace: Pace;
  #hold: SendingHold | undefined;
  #used: UsedBudget & { readonly day: string } = { day: '', newChats: 0, messages: 0 };
  /** Messages under way that were counted, by the day. */
  readonly #counted = new Map<string, string>();
  #showing: NodeJS.Timeout | undefined;

  private constructor(
    options: SessionSendingOptions,
    machine: SessionMachine,
    stored: Awaited<ReturnType<SendingStore['load']>>,
  ) {
    this.#options = options;
    this.machine = machine;
    this.#hold = stored.hold;
    this.list = new WaitingList(stored.parked);
    this.#pace = new Pace(options);
  }

  static async load(options: SessionSendingOptions, machine: SessionMachine): Promise<SessionSending> {
    return new SessionSending(options, machine, await options.store.load(machine.name));
  }

  get hold(): SendingHold | undefined {
    return this.#hold;
  }

  /**
   * Decides about a message, counts it when it may leave, and keeps the pace. Only one message of a session is between this and its answer
   * from WhatsApp, so that one refusal is enough. `wasWaiting` is how the caller found it before its turn.
   */
  async admit(
    message: Message,
    chat: Identity,
    { signal, wasWaiting }: { readonly signal: AbortSignal; readonly wasWaiting: boolean },
  ): Promise<Admission> {
    if (wasWaiting && !this.list.has(message.messageId)) return { kind: 'over' };
    if (wasWaiting && message.createdAt < (this.machine.record?.row.linkedAt ?? '')) {
      return { kind: 'failed', reason: 'session_logged_out' };
    }
    if (isChange(message.content)) {
      await this.#pace.keep(this.#rules(), signal);
      return { kind: 'go', isNewChat: false };
    }
    const isNewChat = await this.#options.knownChats.isNew(this.machine.name, chat);
    // A second round follows when another owner has used up what seemed to be left, a third when the day ended meanwhile.
    for (let round = 1; round <= 3; round++) {
      const decision = this.#decide(message, chat, isNewChat);
      if (decision.kind === 'wait') return { ...decision, isNewChat };
      if (!(await this.#count(message, isNewChat, decision.limits))) continue;
      await this.#pace.keep(this.#rules(), signal);
      return { kind: 'go', isNewChat };
    }
    throw new Error('The counter of the day and the limits of the session do not fit together.');
  }

  /** WhatsApp refused to begin a chat: none is begun until the end that it names. */
  async restrict(connection: EngineConnection): Promise<Waiting> {
    const lock = await connection.findReachOutLock();
    await this.setHold(lock?.isActive === true ? lock.until : null);
    return { reason: 'account_restricted', until: this.#hold?.until ?? null };
  }

  async setHold(until: string | null): Promise<void> {
    // In memory first: should the table fail, at least this process keeps still.
    this.#hold = startHold({ nowMs: this.#options.now(), until, earlier: this.#hold });
    const { sessionId } = this.machine.name;
    this.#options.logger.warn({ sessionId, until }, 'WhatsApp lets the account begin no new chats');
    await this.#options.store.putHold(this.machine.name, this.#hold);
    this.show();
  }

  async endHold(): Promise<void> {
    if (this.#hold === undefined) return;
    await this.#options.store.deleteHold(this.machine.name);
    this.#hold = undefined;
    this.#options.logger.info({ sessionId: this.machine.name.sessionId }, 'New chats may be tried again');
    this.show();
  }

  /** What WhatsApp told by itself. The end of a hold that it never named says nothing: it answers the same to a question. */
  async takeLock({ isActive, until }: ReachOutLock): Promise<void> {
    if (isActive && (this.#hold === undefined || this.#hold.until !== until)) await this.setHold(until);
    if (!isActive && this.#hold !== undefined && this.#hold.until !== null) await this.endHold();
  }

  /** Keeps a message for later. False when too many wait already. */
  async park(message: Message, chat: Identity, wait: Extract<Admission, { kind: 'wait' }>): Promise<boolean> {
    const { messageId, createdAt, expiresAtSeconds } = message;
    if (this.list.size >= waitingMax && !this.list.has(messageId)) return false;
    const { isNewChat, waiting } = wait;
    const addresses = addressesOf(chat);
    const parked: ParkedSend = {
      ...{ messageId, addresses, isNewChat, waiting, expiresAtSeconds },
      position: positionOf(messageId, createdAt),
    };
    await this.#options.store.putParked(this.machine.name, parked);
    this.list.set(parked);
    this.#showSoon();
    return true;
  }

  /** A message has left, or never will. */
  async settle(messageId: string): Promise<void> {
    this.#counted.delete(messageId);
    const parked = this.list.get(messageId);
    if (parked === undefined) return;
    await this.#options.store.deleteParked(this.machine.name, parked);
    this.list.delete(messageId);
    this.#showSoon();
  }

  /** Writes on the session's row what keeps its messages back. */
  show(): void {
    clearTimeout(this.#showing);
    this.#showing = undefined;
    const { record, hasEnded } = this.machine;
    if (record === undefined || hasEnded) return;
    const { size } = this.list;
    const restriction = this.#hold === undefined ? null : { since: this.#hold.since, until: this.#hold.until };
    const state: SendingState | undefined =
      restriction === null && size === 0 ? undefined : { restriction, waiting: size };
    if (JSON.stringify(state) === JSON.stringify(record.row.sending)) return;
    // It logs its failures; the next change writes all of it again.
    void record.update({ sending: state ?? null });
  }

  #showSoon(): void {
    this.#showing ??= setTimeout(() => this.show(), showAfterMs).unref();
  }

  #decide({ messageId, createdAt, countedDay }: Message, chat: Identity, isNewChat: boolean) {
    const nowMs = this.#options.now();
    const day = utcDay(nowMs);
    const { linkedAt, createdAt: sessionCreatedAt } = this.machine.record?.row ?? {};
    const position = positionOf(messageId, createdAt);
    return decideSend({
      nowMs,
      isNewChat,
      hold: this.#hold,
      rules: this.#rules(),
      linkedAtMs: Date.parse(linkedAt ?? sessionCreatedAt ?? new Date(nowMs).toISOString()),
      used: this.#used.day === day ? this.#used : { newChats: 0, messages: 0 },
      isCounted: (this.#counted.get(messageId) ?? countedDay) === day,
      behind: this.list.behind({ messageId, position, addresses: addressesOf(chat), isNewChat }),
    });
  }

  /** False when the limits of the day turn out to be used up. */
  async #count(message: Message, isNewChat: boolean, limits: BudgetLimits): Promise<boolean> {
    const day = utcDay(this.#options.now());
    if ((this.#counted.get(message.messageId) ?? message.countedDay) === day) return true;
    const refused = await this.#options.store.count(message, { day, isNewChat, limits });
    if (refused !== undefined) {
      this.#used = { day, ...refused };
      return false;
    }
    const before = this.#used.day === day ? this.#used : { newChats: 0, messages: 0 };
    this.#used = { day, newChats: before.newChats + (isNewChat ? 1 : 0), messages: before.messages + 1 };
    if (isNewChat || limits.messages !== null) this.#counted.set(message.messageId, day);
    return true;
  }

  #rules() {
    return readSendingRules(this.machine.record?.row.settings ?? {});
  }

  warn(sentence: string, error: unknown): void {
    this.#options.logger.warn({ sessionId: this.machine.name.sessionId, ...errorFields(error) }, sentence);
  }
}

/** The moment at which a message was written gives its place, so that it keeps it however often it is parked. */
function positionOf(messageId: string, createdAt: string): string {
  return `${createdAt}#${messageId}`;
}
