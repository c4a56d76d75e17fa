import type * as z from 'zod/mini';
import {
  type AutoReply,
  chooseReply,
  fillTemplate,
  judgeRule,
  noHistory,
  type TestPattern,
} from '../../core/auto-reply/index.ts';
import type { triedAutoReply, tryAutoReplyBody } from './schemas.ts';

/**
 * What an auto-reply would make of a message, as if it were the first for a long time: no cool-down runs, and nobody has answered.
 *
 * @example tryAutoReply({ text: 'price?' }, { autoReply, sessionName: 'Client ABC', nowMs: Date.now(), testPattern })
 */
export function tryAutoReply(
  { text, from, isFirstContact, isGroup, isMentioned, at }: z.output<typeof tryAutoReplyBody>,
  options: {
    readonly autoReply: AutoReply;
    readonly sessionName: string;
    readonly nowMs: number;
    readonly testPattern: TestPattern;
  },
): z.output<typeof triedAutoReply> {
  const { autoReply, sessionName, testPattern } = options;
  const nowMs = at === undefined ? options.nowMs : Date.parse(at);
  const occasion = { text, isGroup, isMentioned, isFirstContact, nowMs };
  const judged = { autoReply, occasion, history: noHistory, testPattern };
  const rules = autoReply.rules.map((rule) => ({ ruleId: rule.id, verdict: judgeRule(rule, judged) }));
  const choice = chooseReply(judged);
  if (choice.kind === 'silence') {
    return { fires: false, ruleId: null, reason: choice.reason, text: null, hasMedia: false, rules };
  }
  const { id, reply } = choice.rule;
  const values = { name: from?.name ?? null, phone: from?.phone ?? null, text, sessionName };
  return {
    fires: true,
    ruleId: id,
    reason: null,
    text: reply.text === undefined ? null : fillTemplate(reply.text, values),
    hasMedia: reply.media !== undefined,
    rules,
  };
}
