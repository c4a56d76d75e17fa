import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AutoReply,
  chooseReply,
  noAutoReply,
  noHistory,
  type ReplyHistory,
  type ReplyOccasion,
  type ReplyRule,
  type ReplyTrigger,
} from '../../../core/auto-reply/index.ts';

const nowMs = Date.UTC(2026, 10, 23, 10);
const testPattern = (pattern: string, text: string) => new RegExp(pattern, 'i').test(text);

function rule(id: string, trigger: ReplyTrigger, fields: Partial<ReplyRule> = {}): ReplyRule {
  return { id, enabled: true, trigger, reply: { text: `answer of ${id}` }, hours: 'any', cooldownHours: 0, ...fields };
}

function choose(
  autoReply: Partial<AutoReply>,
  occasion: Partial<ReplyOccasion> = {},
  history: Partial<ReplyHistory> = {},
) {
  const choice = chooseReply({
    autoReply: { ...noAutoReply, enabled: true, ...autoReply },
    occasion: { text: 'hello', isGroup: false, isMentioned: false, isFirstContact: false, nowMs, ...occasion },
    history: { ...noHistory, ...history },
    testPattern,
  });
  return choice.kind === 'reply' ? choice.rule.id : choice.reason;
}

describe('triggers', () => {
  it.each([
    [{ kind: 'keyword', values: ['preis'] }, 'Was ist der PREIS?', true],
    [{ kind: 'keyword', values: ['preis'] }, 'Preisliste', false],
    [{ kind: 'keyword', values: ['öffnungszeiten'] }, 'offnungszeiten bitte', true],
    [{ kind: 'keyword', values: ['opening hours'] }, 'your  opening   hours?', true],
    [{ kind: 'contains', values: ['preis'] }, 'Preisliste', true],
    [{ kind: 'startsWith', values: ['/help'] }, '/HELP me', true],
    [{ kind: 'startsWith', values: ['/help'] }, 'me /help', false],
    [{ kind: 'contains', values: [' '] }, 'anything', false],
    [{ kind: 'regex', pattern: '^order \\d+$' }, 'Order 4711', true],
    [{ kind: 'regex', pattern: '^order \\d+$' }, 'Order', false],
    [{ kind: 'any' }, '', true],
  ] as const)('%j for %j: %j', (trigger, text, fires) => {
    expect(choose({ rules: [rule('r', trigger)] }, { text })).toBe(fires ? 'r' : 'no_rule');
  });

  it('greets a first contact once, and the first fitting rule answers', () => {
    const rules = [rule('greeting', { kind: 'firstContact' }), rule('rest', { kind: 'any' })];
    expect(choose({ rules }, { isFirstContact: true })).toBe('greeting');
    expect(choose({ rules })).toBe('rest');
  });

  it('passes over a rule that is switched off', () => {
    const rules = [rule('off', { kind: 'any' }, { enabled: false }), rule('on', { kind: 'any' })];
    expect(choose({ rules })).toBe('on');
  });
});

describe('business hours', () => {
  const berlin = {
    timeZone: 'Europe/Berlin',
    days: { sunday: [{ from: '09:00', to: '17:00' }], friday: [{ from: '20:00', to: '02:00' }] },
  };
  const rules = [rule('open', { kind: 'any' }, { hours: 'inside' }), rule('closed', { kind: 'away' })];
  const at = (moment: string) => choose({ rules, businessHours: berlin }, { nowMs: Date.parse(moment) });

  it('follow the wall clock when it is put back, on 25 October 2026', () => {
    expect(at('2026-10-18T06:59:00Z')).toBe('closed');
    expect(at('2026-10-18T07:00:00Z')).toBe('open');
    expect(at('2026-10-25T07:59:00Z')).toBe('closed');
    expect(at('2026-10-25T08:00:00Z')).toBe('open');
    expect(at('2026-10-25T15:59:00Z')).toBe('open');
    expect(at('2026-10-25T16:00:00Z')).toBe('closed');
  });

  it('follow it when it is put forward, on 29 March 2026', () => {
    expect(at('2026-03-22T07:59:00Z')).toBe('closed');
    expect(at('2026-03-22T08:00:00Z')).toBe('open');
    expect(at('2026-03-29T06:59:00Z')).toBe('closed');
    expect(at('2026-03-29T07:00:00Z')).toBe('open');
  });

  it('may end on the next day', () => {
    expect(at('2026-11-20T18:59:00Z')).toBe('closed');
    expect(at('2026-11-20T19:00:00Z')).toBe('open');
    expect(at('2026-11-21T00:59:00Z')).toBe('open');
    expect(at('2026-11-21T01:00:00Z')).toBe('closed');
  });
});

describe('limits', () => {
  const rules = [rule('once', { kind: 'any' }, { cooldownHours: 24 })];
  const hourMs = 3_600_000;

  it('answers a contact once in the cool-down of a rule', () => {
    expect(choose({ rules }, {}, { answeredAtByRule: { once: nowMs - 23 * hourMs } })).toBe('cooldown');
    expect(choose({ rules }, {}, { answeredAtByRule: { once: nowMs - 24 * hourMs } })).toBe('once');
  });

  it('keeps still for a while after a person answered', () => {
    expect(choose({ rules, pauseMinutesAfterHuman: 60 }, {}, { humanAt: nowMs - 59 * 60_000 })).toBe('human_answered');
    expect(choose({ rules, pauseMinutesAfterHuman: 60 }, {}, { humanAt: nowMs - 60 * 60_000 })).toBe('once');
  });

  it('answers in groups only where it is allowed and the session is mentioned', () => {
    expect(choose({ rules }, { isGroup: true, isMentioned: true })).toBe('group');
    expect(choose({ rules, groups: true }, { isGroup: true })).toBe('group');
    expect(choose({ rules, groups: true }, { isGroup: true, isMentioned: true })).toBe('once');
  });

  it('answers a contact so often in a day at most', () => {
    const answeredAt = (hours: number) => Array.from({ length: 20 }, (_, n) => nowMs - hours * hourMs - n * 1_000);
    const anyRule = [rule('any', { kind: 'any' })];
    expect(choose({ rules: anyRule }, {}, { answeredAt: answeredAt(2) })).toBe('too_many_answers');
    expect(choose({ rules: anyRule, answersPerContactDayMax: 21 }, {}, { answeredAt: answeredAt(2) })).toBe('any');
    expect(choose({ rules: anyRule }, {}, { answeredAt: answeredAt(24) })).toBe('any');
  });

  it('ends a talk of two bots, whatever their rules are', () => {
    const triggers: fc.Arbitrary<ReplyTrigger> = fc.constantFrom<ReplyTrigger>(
      { kind: 'any' },
      { kind: 'away' },
      { kind: 'firstContact' },
      { kind: 'contains', values: ['answer'] },
    );
    fc.assert(
      fc.property(fc.array(triggers, { maxLength: 5 }), fc.integer({ min: 1, max: 20 }), (kinds, most) => {
        const autoReply = { rules: kinds.map((trigger, n) => rule(`r${n}`, trigger)), answersPerContactHourMax: most };
        const answeredAt: number[] = [];
        for (let turn = 0; turn < 100; turn++) {
          const at = nowMs + turn * 1_000;
          const chosen = choose(autoReply, { text: 'answer', nowMs: at, isFirstContact: turn === 0 }, { answeredAt });
          if (chosen.startsWith('r')) answeredAt.push(at);
        }
        expect(answeredAt.length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
