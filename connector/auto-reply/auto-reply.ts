import { chooseReply, noHistory, type ReplyRule, type TestPattern } from '../../core/auto-reply/index.ts';
import type { SendCommand } from '../../core/commands/command-queue.ts';
import { newId } from '../../core/ids.ts';
import type { Message } from '../../core/messages/message.ts';
import { hasMedia, isChange } from '../../core/messages/message-content.ts';
import { messageExpiresAtSeconds } from '../../core/messages/retention.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { IncomingMessage } from '../engine/port.ts';
import type { MessageRetention } from '../inbox/message-retention.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { MessageStore } from '../storage/message-store.ts';
import { replyId, replyRow } from './reply-row.ts';
import type { ReplyStore, StoredHistory } from './reply-store.ts';

export interface AutoReplyOptions {
  readonly replies: ReplyStore;
  readonly messages: Pick<MessageStore, 'putOnce'>;
  readonly sendCommand: SendCommand;
  readonly testPattern: TestPattern;
  readonly retentionDays: MessageRetention;
  readonly now: () => number;
  readonly logger: Logger;
}

/** What an answer depends on besides the message. */
export type ReplyingSession = Pick<
  Session,
  'tenantId' | 'sessionId' | 'name' | 'shard' | 'autoReply' | 'phone' | 'lid'
>;

/** An answer to what was written longer ago only confuses: it came from WhatsApp's store after the session was away. */
const answerableMs = 15 * 60_000;
/** Answers of the last hour count; the bound of the setting is below this. */
const rememberedMax = 20;
/** The longest cool-down is 90 days. */
const historySeconds = 100 * 24 * 60 * 60;

/**
 * Answers messages by the rules of their session. It runs after the event of a message is safe and before WhatsApp gets its receipt, so a
 * crash repeats it; the answer has an id that follows from the message, and goes through the session's queue like every send: so
 * one message gets one answer. It never fails a message: what goes wrong is logged, and the message stays unanswered.
 */
export class AutoReplier {
  readonly #options: AutoReplyOptions;

  constructor(options: AutoReplyOptions) {
    this.#options = options;
  }

  /** Looks at a message that came in, or that the owner wrote on the phone. */
  async consider(message: IncomingMessage, session: ReplyingSession): Promise<void> {
    if (!session.autoReply.enabled || isChange(message.content) || !isConversation(message.chat.id)) return;
    try {
      if (message.fromMe) await this.noteHuman(session, message.chat.id);
      else await this.#answer(message, session);
    } catch (error) {
      const { sessionId } = session;
      this.#options.logger.warn({ sessionId, ...errorFields(error) }, 'A message was not answered by itself');
    }
  }

  /** Pauses a chat: a person answers there. */
  async noteHuman(session: Pick<ReplyingSession, 'tenantId' | 'sessionId'>, chatId: string): Promise<void> {
    const nowMs = this.#options.now();
    await this.#options.replies.noteHuman(session, chatId, nowMs, Math.ceil(nowMs / 1_000) + historySeconds);
  }

  async #answer(message: IncomingMessage, session: ReplyingSession): Promise<void> {
    const { replies, testPattern, now } = this.#options;
    const nowMs = now();
    if (nowMs - Date.parse(message.sentAt) > answerableMs) return;
    const chatId = message.chat.id;
    const stored = await replies.find(session, chatId);
    if (stored?.lastAnsweredId === message.messageId) return this.#queue(session, replyId(session, message));
    const text = textOf(message);
    const occasion = {
      text,
      isGroup: chatId.endsWith('@g.us'),
      isMentioned: mentions(message, session),
      isFirstContact: stored === undefined && !(await replies.hasWritten(session, chatId)),
      nowMs,
    };
    const choice = chooseReply(session.autoReply, occasion, stored ?? noHistory, testPattern);
    if (choice.kind === 'silence') return;
    const history = { rev: 0, ...noHistory, ...stored };
    await this.#send({ message, session, text, rule: choice.rule, history, nowMs });
  }

  /** Row, history, command: wherever a crash comes in between, the redelivered message finds what is there and goes on from it. */
  async #send(parts: {
    readonly message: IncomingMessage;
    readonly session: ReplyingSession;
    readonly text: string;
    readonly rule: ReplyRule;
    readonly history: StoredHistory;
    readonly nowMs: number;
  }): Promise<void> {
    const { message, session, text, rule, history, nowMs } = parts;
    const { replies, messages, retentionDays, logger } = this.#options;
    const expiresAtSeconds = messageExpiresAtSeconds(nowMs, await retentionDays(session.tenantId));
    const row: Message = replyRow({
      session,
      message,
      text,
      rule,
      at: new Date(nowMs).toISOString(),
      expiresAtSeconds,
    });
    await messages.putOnce(row);
    const noted = await replies.noteAnswer(
      session,
      message.chat.id,
      {
        ...history,
        rev: history.rev + 1,
        answeredAtByRule: { ...history.answeredAtByRule, [rule.id]: nowMs },
        answeredAt: [nowMs, ...history.answeredAt].slice(0, rememberedMax),
        lastAnsweredId: message.messageId,
      },
      Math.ceil(nowMs / 1_000) + historySeconds,
    );
    const { sessionId } = session;
    if (!noted) return logger.warn({ sessionId }, 'Two messages of a chat met, and one was not answered by itself');
    logger.info({ sessionId, ruleId: rule.id, messageId: row.messageId }, 'A message is answered by itself');
    await this.#queue(session, row.messageId);
  }

  async #queue({ tenantId, sessionId, shard }: ReplyingSession, messageId: string): Promise<void> {
    const requestId = newId('req');
    const names = { commandId: messageId, messageId, tenantId, sessionId, requestId };
    await this.#options.sendCommand(shard, { version: 1, kind: 'message.send', ...names });
  }
}

/** Channels and status posts are read, not talked with. */
function isConversation(chatId: string): boolean {
  return !chatId.endsWith('@newsletter') && !chatId.endsWith('@broadcast');
}

function textOf({ content }: IncomingMessage): string {
  if (content.type === 'text') return content.text;
  return hasMedia(content) ? (content.caption ?? '') : '';
}

function mentions({ context }: IncomingMessage, { phone, lid }: ReplyingSession): boolean {
  const own = new Set([phone, lid].filter((address) => address !== undefined).map(digitsOf));
  return (context?.mentions ?? []).some((person) =>
    [person.phone, person.lid, person.id].some((address) => address !== null && own.has(digitsOf(address))),
  );
}

/** A phone and a hidden address are told apart by their digits alone: the one has fifteen at most and begins with a country code. */
function digitsOf(address: string): string {
  return address.replace(/@.*$/, '').replace(/\D/g, '');
}
