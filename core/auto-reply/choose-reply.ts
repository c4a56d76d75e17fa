import type { AutoReply, ReplyRule, ReplyTrigger } from './auto-reply.ts';
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

export type ReplyChoice =
  | { readonly kind: 'reply'; readonly rule: ReplyRule }
  | { readonly kind: 'silence'; readonly reason: Silence };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * Which rule answers a message, if one does. The limits come before the rules, so that nothing a tenant writes makes two bots talk for
 * ever.
 *
 * @example chooseReply(autoReply, occasion, noHistory, testPattern) // { kind: 'reply', rule: … }
 */
export function chooseReply(
  autoReply: AutoReply,
  occasion: ReplyOccasion,
  history: ReplyHistory,
  testPattern: TestPattern,
): ReplyChoice {
  const reason = whySilent(autoReply, occasion, history);
  if (reason !== undefined) return { kind: 'silence', reason };
  const open = isOpen(autoReply.businessHours, occasion.nowMs);
  const fitting = autoReply.rules.filter(
    (rule) => rule.enabled && fitsHours(rule, open) && fires(rule.trigger, occasion, open, testPattern),
  );
  const rule = fitting.find(({ id, cooldownHours }) => {
    const last = history.answeredAtByRule[id];
    return last === undefined || occasion.nowMs - last >= cooldownHours * hourMs;
  });
  if (rule !== undefined) return { kind: 'reply', rule };
  return { kind: 'silence', reason: fitting.length > 0 ? 'cooldown' : 'no_rule' };
}

function whySilent(autoReply: AutoReply, occasion: ReplyOccasion, history: ReplyHistory): Silence | undefined {
  const { enabled, groups, pauseMinutesAfterHuman, answersPerContactHourMax } = autoReply;
  const { isGroup, isMentioned, nowMs } = occasion;
  if (!enabled) return 'disabled';
  if (isGroup && !(groups && isMentioned)) return 'group';
  const { humanAt } = history;
  if (humanAt !== undefined && nowMs - humanAt < pauseMinutesAfterHuman * minuteMs) return 'human_answered';
  const lately = history.answeredAt.filter((at) => nowMs - at < hourMs).length;
  return lately >= answersPerContactHourMax ? 'too_many_answers' : undefined;
}

function fitsHours({ hours }: ReplyRule, open: boolean): boolean {
  return hours === 'any' || (hours === 'inside') === open;
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
