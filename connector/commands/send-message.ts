import type { Identity } from '../../core/identity.ts';
import type { Message, MessageStatus } from '../../core/messages/message.ts';
import { isChange } from '../../core/messages/message-content.ts';
import type { OptOutRepository } from '../../core/opt-outs/opt-out-repository.ts';
import type { AutoReplier } from '../auto-reply/auto-reply.ts';
import { sleep } from '../concurrency/sleep.ts';
import type { DirectoryKeeper } from '../directory/directory-keeper.ts';
import type { EngineConnection } from '../engine/port.ts';
import type { PublishEvent } from '../inbox/event-queue.ts';
import { persist } from '../inbox/persist.ts';
import type { Logger } from '../logger.ts';
import type { SendingDesk } from '../sending/sending-desk.ts';
import type { Admission, SessionSending } from '../sending/session-sending.ts';
import type { Surroundings } from '../session/session-dependencies.ts';
import type { SessionMachine } from '../session/session-machine.ts';
import type { ChangeStore } from '../storage/change-store.ts';
import { kindOfChat } from '../storage/directory-store.ts';
import type { MessageStore } from '../storage/message-store.ts';
import { addressOf, type Compose } from './compose-message.ts';
import type { KnownNumbers } from './known-numbers.ts';
import { sentEvent, statusEvent, waitingEvent } from './message-events.ts';
import { reactToOutcome, triesMax } from './react-to-outcome.ts';
import type { SendsInFlight } from './sends-in-flight.ts';
import { waitForConnection } from './wait-for-connection.ts';

/** `done`: the command may be deleted. `later`: it goes back to the queue, and all behind it in its session. */
export type CommandOutcome = 'done' | 'later';

export interface SendMessageOptions extends Surroundings {
  readonly messages: MessageStore;
  readonly changes: ChangeStore;
  readonly compose: Compose;
  readonly directory: Pick<DirectoryKeeper, 'noteSent'>;
  readonly publish: PublishEvent;
  readonly sends: SendsInFlight;
  readonly knownNumbers: KnownNumbers;
  /** What keeps messages back. */
  readonly desk: SendingDesk;
  readonly optOuts: Pick<OptOutRepository, 'has'>;
  /** Whether this process may cause effects right now. */
  readonly mayAct: () => boolean;
  readonly replier: Pick<AutoReplier, 'noteHuman'>;
  readonly logger: Logger;
}

const publishMs = 30_000;
const retryPauseMs = 500;
/** Rows end by themselves with the retention of the plan; a message that still waits a day before must not vanish without a word. */
const lastDayMs = 24 * 60 * 60 * 1_000;
const leftStatuses: ReadonlySet<MessageStatus> = new Set(['sent', 'delivered', 'read', 'played']);

/**
 * Sends a queued message under the id that the API gave it, however often it is called: the row says `sent` before the command is
 * deleted, so a crash anywhere in between repeats the same message, and phones show it once.
 */
export function createSendMessage(options: SendMessageOptions) {
  const { messages, logger, sends } = options;
  return async (machine: SessionMachine, messageId: string, signal: AbortSignal): Promise<CommandOutcome> => {
    const sending = await options.desk.of(machine);
    // Before the row is read: a drain that sends the message meanwhile takes it off the list, and then it is not sent again.
    const wasWaiting = sending.list.has(messageId);
    const message = await messages.find(machine.name, messageId);
    if (message === undefined || message.direction !== 'outbound') {
      logger.warn({ sessionId: machine.name.sessionId, messageId }, 'A command names a message that is not there');
      await sending.settle(messageId);
      return 'done';
    }
    const sender = new MessageSender(options, { machine, sending, message, wasWaiting, signal });
    if (leftStatuses.has(message.status)) return sender.tellSent(message);
    if (message.status === 'failed') return sender.tellFailed(message);
    return sends.track(machine.name.sessionId, messageId, () => sender.run());
  };
}

export type SendMessage = ReturnType<typeof createSendMessage>;

interface SenderParts {
  readonly machine: SessionMachine;
  readonly sending: SessionSending;
  readonly message: Message;
  /** It stood on the list of the waiting. */
  readonly wasWaiting: boolean;
  readonly signal: AbortSignal;
}

interface Attempt {
  readonly connection: EngineConnection;
  readonly chat: Identity;
  readonly tries: number;
  readonly refreshed: boolean;
}

/** What came of an attempt: the command's outcome, or another attempt. */
type AttemptResult = CommandOutcome | 'again' | 'refresh_and_again';

/** One message on its way. */
class MessageSender {
  readonly #options: SendMessageOptions;
  readonly #machine: SessionMachine;
  readonly #sending: SessionSending;
  readonly #signal: AbortSignal;
  readonly #wasWaiting: boolean;
  /** As the row is; composing adds what it finds out. */
  #message: Message;

  constructor(options: SendMessageOptions, { machine, sending, message, wasWaiting, signal }: SenderParts) {
    this.#options = options;
    this.#machine = machine;
    this.#sending = sending;
    this.#message = message;
    this.#signal = signal;
    this.#wasWaiting = wasWaiting;
  }

  async run(): Promise<CommandOutcome> {
    const { desk } = this.#options;
    let refreshed = false;
    for (let tries = 1; ; tries++) {
      const found = await waitForConnection(this.#machine, this.#message, { ...this.#options, signal: this.#signal });
      if (found.kind === 'failed') return this.#fail(found.reason);
      if (found.kind === 'later') return 'later';
      const { connection } = found;
      const chat = await this.#resolveChat(connection);
      if (chat === null) return this.#fail('not_on_whatsapp');
      if (chat === undefined) {
        if (tries >= triesMax) return this.#fail('not_acknowledged');
        this.#log({ tries, reason: 'number_check_unanswered' });
      } else {
        const attempt: Attempt = { connection, chat, tries, refreshed };
        const result: AttemptResult = await desk.inTurn(this.#machine.name.sessionId, () => this.#attempt(attempt));
        if (result === 'done' || result === 'later') return result;
        refreshed = result === 'refresh_and_again';
      }
      await sleep(retryPauseMs * tries, this.#signal);
    }
  }

  /** Alone among the messages of its session, from the decision that it may leave to WhatsApp's answer. */
  async #attempt({ connection, chat, tries, refreshed }: Attempt): Promise<AttemptResult> {
    const signal = this.#signal;
    if (await this.#isUnwanted(chat)) return this.#fail('recipient_opted_out');
    const admission = await this.#sending.admit(this.#message, chat, { signal, wasWaiting: this.#wasWaiting });
    if (admission.kind === 'over') return 'done';
    if (admission.kind === 'failed') return this.#fail(admission.reason);
    if (admission.kind === 'wait') return this.#wait(chat, admission);
    // Others may own the session since: they will send it, and two senders would be two tries for the recipient.
    if (!this.#options.mayAct() || signal.aborted) return 'later';
    const moved = await this.#advance('sending', {});
    const row = moved ?? (await this.#options.messages.find(this.#machine.name, this.#message.messageId));
    // Taken back by whoever wrote it, while it waited for its turn.
    if (row?.status === 'failed') return this.tellFailed(row);
    const outcome = await this.#send(connection, chat, refreshed);
    if (outcome.kind === 'failed') return this.#fail(outcome.reason);
    const { isNewChat } = admission;
    const reaction = reactToOutcome(outcome, { tries, refreshed, isNewChat });
    switch (reaction.kind) {
      case 'sent':
        return this.#sent(reaction.at);
      case 'failed':
        return this.#fail(reaction.reason);
      case 'restricted':
        return this.#wait(chat, { kind: 'wait', isNewChat, waiting: await this.#sending.restrict(connection) });
      default:
        this.#log({ tries, outcome: outcome.kind, ...('reason' in outcome ? { reason: outcome.reason } : {}) });
        return reaction.kind === 'refresh_and_retry' ? 'refresh_and_again' : 'again';
    }
  }

  /** The list may have grown since the message was queued, and what the session says by itself was never held against it. */
  async #isUnwanted(chat: Identity): Promise<boolean> {
    if (kindOfChat(chat.id) !== 'person' || isChange(this.#message.content)) return false;
    return this.#options.optOuts.has(this.#machine.name, chat);
  }

  /** Row, list, event: a crash in between repeats the command, which comes to the same end. */
  async #wait(chat: Identity, wait: Extract<Admission, { kind: 'wait' }>): Promise<CommandOutcome> {
    const { now, messages, desk } = this.#options;
    const { messageId, madeBy, expiresAtSeconds } = this.#message;
    const { reason, until } = wait.waiting;
    // What the session says by itself is said now or not at all.
    if (madeBy !== undefined) return this.#fail(reason);
    if (now() > expiresAtSeconds * 1_000 - lastDayMs) return this.#fail('waited_too_long');
    if (!(await this.#sending.park(this.#message, chat, wait))) return this.#fail('too_many_waiting');
    const updatedAt = new Date(now()).toISOString();
    const fields = { waitingFor: reason, waitingUntil: until, updatedAt };
    const parked = await messages.park(this.#machine.name, messageId, fields);
    desk.noteParked(this.#machine);
    if (parked === undefined) {
      // A receipt proved meanwhile that the message has left.
      await this.#sending.settle(messageId);
      return 'done';
    }
    await this.#publish(waitingEvent(parked, this.#facts(), wait.waiting));
    return 'done';
  }

  async tellSent(message: Message): Promise<CommandOutcome> {
    await this.#applyChange(message);
    await this.#publish(sentEvent(message, this.#facts()));
    this.#options.directory.noteSent(message, this.#facts());
    await this.#sending.settle(message.messageId);
    this.#options.desk.noteTalk(this.#machine.name.sessionId, message.chat);
    return 'done';
  }

  async tellFailed(message: Message): Promise<CommandOutcome> {
    await this.#publish(statusEvent(message, this.#facts(), 'failed', message.updatedAt));
    await this.#sending.settle(message.messageId);
    return 'done';
  }

  async #send(connection: EngineConnection, chat: Identity, refreshDevices: boolean) {
    const composed = await this.#options.compose(connection, this.#message, chat);
    if (composed.kind !== 'composed') return composed;
    this.#message = composed.message;
    const { messageId, audience } = composed.message;
    // Composing may have taken long.
    if (!this.#options.mayAct() || this.#signal.aborted) return { kind: 'unknown', reason: 'not_owner' } as const;
    return connection.send({
      chatId: addressOf(chat),
      messageId,
      protocol: composed.protocol,
      refreshDevices,
      ...(audience === undefined ? {} : { audience }),
    });
  }

  async #sent(at: string): Promise<CommandOutcome> {
    const moved = await this.#advance('sent', { sentAt: at });
    this.#machine.record?.touch('lastSentAt');
    await this.#pauseReplies();
    return this.tellSent(moved ?? { ...this.#message, sentAt: at });
  }

  async #fail(failureReason: string): Promise<CommandOutcome> {
    const moved = await this.#advance('failed', { failureReason });
    this.#log({ failureReason });
    if (moved !== undefined) return this.tellFailed(moved);
    // A receipt proved meanwhile that the message has left.
    await this.#sending.settle(this.#message.messageId);
    return 'done';
  }

  /** Somebody answers over the API: the session's own answers keep still in this chat for a while. */
  async #pauseReplies(): Promise<void> {
    const { record, name } = this.#machine;
    const { madeBy, chat, content } = this.#message;
    if (record?.row.autoReply.enabled !== true || madeBy !== undefined || isChange(content)) return;
    await this.#options.replier.noteHuman(name, chat.id).catch((err: unknown) => {
      // An answer too many is less than a send that fails for it.
      this.#options.logger.warn({ err, sessionId: name.sessionId }, 'An answer was not noted for the auto-reply');
    });
  }

  /** What the message changes is shown on the row of its target. */
  async #applyChange(message: Message): Promise<void> {
    const { content } = message;
    if (!isChange(content)) return;
    const target = await this.#options.messages.find(this.#machine.name, content.target.messageId);
    if (target === undefined || isChange(target.content)) return;
    const { lid, phone } = this.#machine.record?.row ?? {};
    const by = lid ?? (phone === undefined ? 'me' : `${phone.replace('+', '')}@s.whatsapp.net`);
    const at = message.sentAt ?? message.updatedAt;
    await this.#options.changes.apply(this.#machine.name, { target, content, by, at });
  }

  /** Groups and LIDs come from WhatsApp itself; a bare number may be anybody's guess, and its account may have another form. */
  async #resolveChat(connection: EngineConnection): Promise<Identity | null | undefined> {
    const { chat } = this.#message;
    if (chat.phone === null || !chat.id.endsWith('@s.whatsapp.net')) return chat;
    const { sessionId } = this.#machine.name;
    const account = await this.#options.knownNumbers(connection, sessionId, chat.phone.replace('+', ''));
    return account ? { ...account, name: chat.name } : account;
  }

  #advance(status: MessageStatus, fields: { readonly sentAt?: string; readonly failureReason?: string }) {
    const updatedAt = new Date(this.#options.now()).toISOString();
    return this.#options.messages.advance(this.#machine.name, this.#message.messageId, status, {
      updatedAt,
      ...fields,
    });
  }

  #publish(event: Parameters<PublishEvent>[0]): Promise<void> {
    return persist(() => this.#options.publish(event), { ...this.#options, timeoutMs: publishMs });
  }

  #facts() {
    return { ...this.#machine.name, metadata: this.#machine.record?.row.metadata ?? {} };
  }

  #log(fields: Record<string, unknown>): void {
    const { sessionId } = this.#machine.name;
    this.#options.logger.warn({ sessionId, messageId: this.#message.messageId, ...fields }, 'A message was not sent');
  }
}
