import * as z from 'zod/mini';
import { type AutoReply, noAutoReply } from '../../core/auto-reply/auto-reply.ts';
import { isTimeZone } from '../../core/auto-reply/business-hours.ts';

const rulesMax = 50;
/** Rules stand on the session row, which is read with every request. */
const rulesCharactersMax = 16_384;
const valuesMax = 50;
const openingTimesMax = 4;
const answerLengthMax = 4_096;
const cooldownHoursMax = 24 * 90;

const triggerText = z.string().check(z.minLength(1), z.maxLength(200));

/** RE2 knows no look-around and no back-reference; those are what makes a pattern slow. */
function isPattern(pattern: string): boolean {
  if (/\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</.test(pattern)) return false;
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    // A SyntaxError is the one way in which a RegExp says that the pattern is none.
    return false;
  }
}

const trigger = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['keyword', 'contains', 'startsWith']),
    values: z.array(triggerText).check(z.minLength(1), z.maxLength(valuesMax)),
  }),
  z.strictObject({
    kind: z.literal('regex'),
    pattern: z.string().check(z.minLength(1), z.maxLength(500), z.refine(isPattern, { error: 'No pattern of RE2' })),
  }),
  z.strictObject({ kind: z.enum(['any', 'firstContact', 'away']) }),
]);

const mediaSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stored'), mediaId: z.string().check(z.regex(/^med_[0-9a-z]{26,32}$/)) }),
  z.strictObject({ kind: z.literal('url'), url: z.string().check(z.minLength(8), z.maxLength(2_048)) }),
]);

const answer = z
  .strictObject({
    text: z.optional(z.string().check(z.minLength(1), z.maxLength(answerLengthMax))),
    media: z.optional(
      z.strictObject({ type: z.enum(['image', 'video', 'audio', 'voice', 'document']), source: mediaSource }),
    ),
  })
  .check(
    z.refine(({ text, media }) => text !== undefined || media !== undefined, { error: 'Name text, media or both' }),
  );

const rule = z.strictObject({
  id: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/)),
  enabled: z._default(z.boolean(), true),
  trigger,
  reply: answer,
  hours: z._default(z.enum(['any', 'inside', 'outside']), 'any'),
  cooldownHours: z._default(z.int().check(z.gte(0), z.lte(cooldownHoursMax)), 0),
});

/** Where a rule has the id of one before it. */
function repeatedIds(rules: readonly { readonly id: string }[]): number[] {
  const firsts = new Map(rules.toReversed().map(({ id }, n) => [id, rules.length - 1 - n]));
  return rules.flatMap(({ id }, n) => (firsts.get(id) === n ? [] : [n]));
}

const time = z.string().check(z.regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/));
const day = z.optional(z.array(z.strictObject({ from: time, to: time })).check(z.maxLength(openingTimesMax)));

const businessHours = z.strictObject({
  timeZone: z.string().check(z.maxLength(64), z.refine(isTimeZone, { error: 'No IANA time zone' })),
  days: z.strictObject({
    monday: day,
    tuesday: day,
    wednesday: day,
    thursday: day,
    friday: day,
    saturday: day,
    sunday: day,
  }),
});

/** The body that sets an auto-reply, and the answer that shows it. */
export const autoReply = z.strictObject({
  enabled: z.boolean(),
  rules: z._default(
    z.array(rule).check(
      z.maxLength(rulesMax),
      z.refine((rules) => JSON.stringify(rules).length <= rulesCharactersMax, 'The rules are too long together'),
      z.check(({ value, issues }) => {
        for (const at of repeatedIds(value)) {
          issues.push({ code: 'custom', path: [at, 'id'], message: 'An earlier rule has the same id', input: value });
        }
      }),
    ),
    [],
  ),
  businessHours: z._default(z.nullable(businessHours), null),
  groups: z._default(z.boolean(), noAutoReply.groups),
  pauseMinutesAfterHuman: z._default(z.int().check(z.gte(0), z.lte(10_080)), noAutoReply.pauseMinutesAfterHuman),
  answersPerContactHourMax: z._default(z.int().check(z.gte(1), z.lte(20)), noAutoReply.answersPerContactHourMax),
  answersPerContactDayMax: z._default(z.int().check(z.gte(1), z.lte(100)), noAutoReply.answersPerContactDayMax),
});

/** A stored auto-reply as answered. */
export function presentAutoReply(stored: AutoReply): z.output<typeof autoReply> {
  const { enabled, rules, businessHours, groups, pauseMinutesAfterHuman, ...limits } = { ...noAutoReply, ...stored };
  const { answersPerContactHourMax, answersPerContactDayMax } = limits;
  return {
    ...{ enabled, rules, businessHours, groups, pauseMinutesAfterHuman },
    ...{ answersPerContactHourMax, answersPerContactDayMax },
  } as z.output<typeof autoReply>;
}
