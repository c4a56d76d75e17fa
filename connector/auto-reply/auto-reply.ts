import {
  type AutoReply,
  chooseReply,
  noHistory,
  type ReplyRule,
  type TestPattern,
} from '../../core/auto-reply/index.ts';
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
/** Answers of the last day count; the bound of the setting is not above this. */
const rememberedMax = 100;
/** How often a message is looked at anew because its chat was answered by somebody else meanwhile. */
const triesMax = 3;
/** The longest cool-down is 90 days. */
const historySeconds = 100 * 24 * 60 * 60;

/**
 * Answers messages by the rules of their session. It runs after the event of a message is safe and before WhatsApp gets its receipt, so a
 * crash repeats it; the answer has an id that follows from the message, and goes through the session's queue like every send: so
 * one message gets one answer. It never fails a message: what goes wrong is logged, and the message stays unanswered.
 *
 * An answer is made in three steps: it is noted in the history of its chat, its row is written, its command is queued. The note comes first,
 * because it decides: whoever finds it there goes on from it, with the rule that it names, and who finds another one thinks anew.
 */
export class AutoReplier {
  readonly #options: AutoReplyOptions;

  constructor(options: AutoReplyOptions) {
    this.#options = options;
  }

  /** Looks at a message that came in, or that the owner wrote on the phone. */
  async consider(message: IncomingMessage, session: ReplyingSession): Promise<void> {
    if (!session.autoReply.enabled || !isTalk(message)) return;
    const { logger, now } = this.#options;
    const { sessionId } = session;
    try {
      if (message.fromMe) return await this.noteHuman(session, message.chat.id, Date.parse(message.sentAt));
      if (now() - Date.parse(message.sentAt) > answerableMs) return;
      for (let tries = 1; tries <= triesMax; tries++) if (await this.#answer(message, session)) return;
      logger.warn({ sessionId }, 'A chat was answered by others again and again, and a message not by itself');
    } catch (error) {
      logger.warn({ sessionId, ...errorFields(error) }, 'A message was not answered by itself');
    }
  }

  /** Pauses a chat: a person answers there. What was written on the phone long ago pauses for what is left. */
  async noteHuman(
    session: Pick<ReplyingSession, 'tenantId' | 'sessionId'>,
    chatId: string,
    atMs = this.#options.now(),
  ): Promise<void> {
    const nowMs = this.#options.now();
    await this.#options.replies.noteHuman(session, chatId, Math.min(atMs, nowMs), historyExpiresAtSeconds(nowMs));
  }

  /** False when the chat was answered by somebody else meanwhile. */
  async #answer(message: IncomingMessage, session: ReplyingSession): Promise<boolean> {
    const { replies, testPattern, now, logger } = this.#options;
    const nowMs = now();
    const { autoReply, sessionId } = session;
    const chatId = message.chat.id;
    const stored = await replies.find(session, chatId);
    const answerId = replyId(session, message);
    if (stored?.lastAnswerId === answerId) {
      const rule = autoReply.rules.find(({ id }) => id === stored.lastRuleId);
      if (rule !== undefined) await this.#send({ message, session, rule, nowMs });
      return true;
    }
    const occasion = {
      text: textOf(message),
      isGroup: chatId.endsWith('@g.us'),
      isMentioned: mentions(message, session),
      isFirstContact: (stored?.rev ?? 0) === 0 && !(await replies.hasWritten(session, chatId)),
      nowMs,
    };
    const choice = chooseReply({ autoReply, occasion, history: stored ?? noHistory, testPattern });
    if (choice.kind === 'silence') return true;
    const { rule } = choice;
    const history = historyAfter(stored, { autoReply, ruleId: rule.id, answerId, nowMs });
    if (!(await replies.noteAnswer(session, chatId, history, historyExpiresAtSeconds(nowMs)))) return false;
    logger.info({ sessionId, ruleId: rule.id, messageId: answerId }, 'A message is answered by itself');
    await this.#send({ message, session, rule, nowMs });
    return true;
  }

  /** Harmless to repeat: the row is written once, and what has left is not sent again. */
  async #send({ message, session, rule, nowMs }: Answer): Promise<void> {
    const { messages, retentionDays } = this.#options;
    const expiresAtSeconds = messageExpiresAtSeconds(nowMs, await retentionDays(session.tenantId));
    const at = new Date(nowMs).toISOString();
    const row: Message = replyRow({ session, message, text: textOf(message), rule, at, expiresAtSeconds });
    await messages.putOnce(row);
    await this.#queue(session, row.messageId);
  }

  async #queue({ tenantId, sessionId, shard }: ReplyingSession, messageId: string): Promise<void> {
    const requestId = newId('req');
    const names = { commandId: messageId, messageId, tenantId, sessionId, requestId };
    await this.#options.sendCommand(shard, { version: 1, kind: 'message.send', ...names });
  }
}

interface Answer {
  readonly message: IncomingMessage;
  readonly session: ReplyingSession;
  readonly rule: ReplyRule;
  readonly nowMs: number;
}

function historyAfter(
  stored: StoredHistory | undefined,
  answer: {
    readonly autoReply: AutoReply;
    readonly ruleId: string;
    readonly answerId: string;
    readonly nowMs: number;
  },
): StoredHistory {
  const { autoReply, ruleId, answerId, nowMs } = answer;
  const { rev, humanAt, answeredAt, answeredAtByRule } = { rev: 0, ...noHistory, ...stored };
  // Rules come and go; the row must not grow with those that went.
  const ruleIds = new Set(autoReply.rules.map(({ id }) => id));
  const kept = Object.entries(answeredAtByRule).filter(([id]) => ruleIds.has(id));
  return {
    rev: rev + 1,
    ...(humanAt === undefined ? {} : { humanAt }),
    answeredAtByRule: { ...Object.fromEntries(kept), [ruleId]: nowMs },
    answeredAt: [nowMs, ...answeredAt].slice(0, rememberedMax),
    lastAnswerId: answerId,
    lastRuleId: ruleId,
  };
}

function historyExpiresAtSeconds(nowMs: number): number {
  return Math.ceil(nowMs / 1_000) + historySeconds;
}

/** Channels and status posts are read, not talked with; and what changes a message, or is of a kind that nobody knows, asks nothing. */
function isTalk({ content, chat }: IncomingMessage): boolean {
  if (isChange(content) || content.type === 'unsupported') return false;
  return !chat.id.endsWith('@newsletter') && !chat.id.endsWith('@broadcast');
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
