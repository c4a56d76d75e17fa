import { type AutoReply, noAutoReply, type ReplyRule, type ReplyTrigger } from './auto-reply.ts';
import { isOpen } from './business-hours.ts';
import { holdsWords, plainText } from './plain-text.ts';

/** What came in, as far as it matters for an answer. */
export interface ReplyOccasion {
  readonly text: string;
  readonly isGroup: boolean;
  /** The session's own account is mentioned. */
  readonly isMentioned: boolean;
  readonly isFirstContact: boolean;
  readonly nowMs: number;
}

/** What was answered in this chat before. */
export interface ReplyHistory {
  /** When each rule answered last, Unix milliseconds. */
  readonly answeredAtByRule: Readonly<Record<string, number>>;
  /** The newest answers. */
  readonly answeredAt: readonly number[];
  readonly humanAt?: number | undefined;
}

export const noHistory: ReplyHistory = { answeredAtByRule: {}, answeredAt: [] };

/** Tests a text with a pattern that a tenant wrote. */
export type TestPattern = (pattern: string, text: string) => boolean;

/** Why nothing is answered. */
export type Silence =
  | 'disabled'
  | 'group'
  | 'human_answered'
  | 'too_many_answers'
  /** Rules fit, and each of them answered this contact lately. */
  | 'cooldown'
  | 'no_rule';

/** Whether a rule fits a message, or what keeps it from that: it is switched off, its hours, its trigger, its cool-down. */
export type RuleVerdict = 'fits' | 'switched_off' | 'hours' | 'trigger' | 'cooldown';

export type ReplyChoice =
  | { readonly kind: 'reply'; readonly rule: ReplyRule }
  | { readonly kind: 'silence'; readonly reason: Silence };

export interface JudgeOptions {
  readonly autoReply: AutoReply;
  readonly occasion: ReplyOccasion;
  readonly history: ReplyHistory;
  readonly testPattern: TestPattern;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * Which rule answers a message, if one does. The limits come before the rules, so that nothing a tenant writes makes two bots talk for
 * ever.
 *
 * @example chooseReply({ autoReply, occasion, history: noHistory, testPattern }) // { kind: 'reply', rule: … }
 */
export function chooseReply(options: JudgeOptions): ReplyChoice {
  const reason = whySilent(options);
  if (reason !== undefined) return { kind: 'silence', reason };
  let isCoolingDown = false;
  for (const rule of options.autoReply.rules) {
    const verdict = judgeRule(rule, options);
    if (verdict === 'fits') return { kind: 'reply', rule };
    if (verdict === 'cooldown') isCoolingDown = true;
  }
  return { kind: 'silence', reason: isCoolingDown ? 'cooldown' : 'no_rule' };
}

/** What one rule says to a message, regardless of the limits and of the rules before it. */
export function judgeRule(rule: ReplyRule, { autoReply, occasion, history, testPattern }: JudgeOptions): RuleVerdict {
  if (!rule.enabled) return 'switched_off';
  const open = isOpen(autoReply.businessHours, occasion.nowMs);
  if (rule.hours !== 'any' && (rule.hours === 'inside') !== open) return 'hours';
  if (!fires(rule.trigger, occasion, open, testPattern)) return 'trigger';
  const last = history.answeredAtByRule[rule.id];
  return last !== undefined && occasion.nowMs - last < rule.cooldownHours * hourMs ? 'cooldown' : 'fits';
}

function whySilent({ autoReply, occasion, history }: JudgeOptions): Silence | undefined {
  // Rows that are older than a limit have none of it.
  const limits = { ...noAutoReply, ...autoReply };
  const { isGroup, isMentioned, nowMs } = occasion;
  if (!limits.enabled) return 'disabled';
  if (isGroup && !(limits.groups && isMentioned)) return 'group';
  const { humanAt, answeredAt } = history;
  if (humanAt !== undefined && nowMs - humanAt < limits.pauseMinutesAfterHuman * minuteMs) return 'human_answered';
  const within = (spanMs: number) => answeredAt.filter((at) => nowMs - at < spanMs).length;
  const isTooMuch =
    within(hourMs) >= limits.answersPerContactHourMax || within(dayMs) >= limits.answersPerContactDayMax;
  return isTooMuch ? 'too_many_answers' : undefined;
}

function fires(trigger: ReplyTrigger, occasion: ReplyOccasion, open: boolean, testPattern: TestPattern): boolean {
  switch (trigger.kind) {
    case 'any':
      return true;
    case 'away':
      return !open;
    case 'firstContact':
      return occasion.isFirstContact;
    case 'regex':
      return testPattern(trigger.pattern, occasion.text);
    default:
      return firesOnText(trigger.kind, trigger.values, plainText(occasion.text));
  }
}

function firesOnText(kind: 'keyword' | 'contains' | 'startsWith', values: readonly string[], text: string): boolean {
  const wanted = values.map(plainText).filter((value) => value !== '');
  if (kind === 'keyword') return wanted.some((value) => holdsWords(text, value));
  return wanted.some((value) => (kind === 'contains' ? text.includes(value) : text.startsWith(value)));
}
