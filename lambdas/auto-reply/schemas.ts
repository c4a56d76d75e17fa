import * as z from 'zod/mini';

/** A message that did not come. */
export const tryAutoReplyBody = z.strictObject({
  text: z.string().check(z.maxLength(65_536)),
  from: z.optional(
    z.strictObject({
      name: z.optional(z.string().check(z.maxLength(200))),
      phone: z.optional(z.string().check(z.maxLength(40))),
    }),
  ),
  isFirstContact: z._default(z.boolean(), false),
  isGroup: z._default(z.boolean(), false),
  isMentioned: z._default(z.boolean(), false),
  /** When it would come; now when absent. */
  at: z.optional(z.iso.datetime()),
});

export const triedAutoReply = z.strictObject({
  fires: z.boolean(),
  ruleId: z.nullable(z.string()),
  /** Why nothing would be answered. */
  reason: z.nullable(z.enum(['disabled', 'group', 'human_answered', 'too_many_answers', 'cooldown', 'no_rule'])),
  /** What would be sent, filled in. */
  text: z.nullable(z.string()),
  hasMedia: z.boolean(),
  /** What each rule says to the message by itself; the first that fits answers. */
  rules: z.array(
    z.strictObject({ ruleId: z.string(), verdict: z.enum(['fits', 'switched_off', 'hours', 'trigger', 'cooldown']) }),
  ),
});
