import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideSend,
  readSendingRules,
  type SendCircumstances,
  startHold,
  warmUpLimit,
} from '../../../core/sending/index.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const nowMs = Date.UTC(2026, 10, 22, 15);
const tomorrow = '2026-11-23T00:00:00.000Z';

const circumstances: SendCircumstances = {
  nowMs,
  isNewChat: true,
  hold: undefined,
  rules: { pacing: true, newChatsPerDay: 50, warmUp: false, messagesPerDay: null },
  linkedAtMs: nowMs - 100 * dayMs,
  used: { newChats: 0, messages: 0 },
  isCounted: false,
  behind: undefined,
};
const hold = startHold({ nowMs, until: '2026-11-22T18:00:00.000Z' });

const limit = fc.option(fc.integer({ min: 0, max: 60 }), { nil: null });
const anyCircumstances: fc.Arbitrary<SendCircumstances> = fc.record({
  nowMs: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2030, 0, 1) }),
  isNewChat: fc.boolean(),
  hold: fc.constantFrom(undefined, hold, startHold({ nowMs, until: null })),
  rules: fc.record({
    pacing: fc.boolean(),
    newChatsPerDay: limit,
    warmUp: fc.boolean(),
    messagesPerDay: limit,
  }),
  linkedAtMs: fc.integer({ min: Date.UTC(2025, 11, 1), max: Date.UTC(2030, 0, 1) }),
  used: fc.record({ newChats: fc.nat(80), messages: fc.nat(80) }),
  isCounted: fc.boolean(),
  behind: fc.constantFrom(undefined, { reason: 'new_chat_budget', until: tomorrow } as const),
});

describe('decideSend', () => {
  it('lets go what nothing forbids', () => {
    expect(decideSend(circumstances)).toEqual({ kind: 'go', limits: { newChats: 50, messages: null } });
  });

  it.each([
    ['a hold', { hold }, { reason: 'account_restricted', until: '2026-11-22T18:00:00.000Z' }],
    [
      'a hold without an end',
      { hold: startHold({ nowMs, until: null }) },
      { reason: 'account_restricted', until: null },
    ],
    ['a used budget', { used: { newChats: 50, messages: 0 } }, { reason: 'new_chat_budget', until: tomorrow }],
    [
      'a used day',
      { isNewChat: false, rules: { ...circumstances.rules, messagesPerDay: 3 }, used: { newChats: 0, messages: 3 } },
      { reason: 'daily_limit', until: tomorrow },
    ],
    [
      'a message ahead',
      { behind: { reason: 'daily_limit', until: tomorrow } as const },
      { reason: 'daily_limit', until: tomorrow },
    ],
  ])('keeps back for %s', (_, changes, waiting) => {
    expect(decideSend({ ...circumstances, ...changes })).toEqual({ kind: 'wait', waiting });
  });

  it('never lets a new chat go against a hold, nor holds a running chat for one', () => {
    fc.assert(
      fc.property(anyCircumstances, (each) => {
        const decision = decideSend(each);
        if (each.isNewChat && each.hold !== undefined) {
          expect(decision).toMatchObject({ kind: 'wait', waiting: { reason: 'account_restricted' } });
        } else if (decision.kind === 'wait' && each.behind === undefined) {
          expect(decision.waiting.reason).not.toBe('account_restricted');
        }
      }),
    );
  });

  it('never lets go beyond a limit what was not counted, and says a later moment', () => {
    fc.assert(
      fc.property(anyCircumstances, (each) => {
        const decision = decideSend(each);
        if (decision.kind === 'go' && !each.isCounted) {
          if (each.isNewChat)
            expect(each.used.newChats).toBeLessThan(decision.limits.newChats ?? Number.POSITIVE_INFINITY);
          expect(each.used.messages).toBeLessThan(decision.limits.messages ?? Number.POSITIVE_INFINITY);
        }
        if (decision.kind !== 'wait' || decision.waiting === each.behind || each.hold !== undefined) return;
        const untilMs = Date.parse(decision.waiting.until ?? '');
        expect(untilMs).toBeGreaterThan(each.nowMs);
        expect(untilMs - each.nowMs).toBeLessThanOrEqual(dayMs);
        expect(untilMs % dayMs).toBe(0);
      }),
    );
  });

  it('counts no new chat against a running one', () => {
    fc.assert(
      fc.property(anyCircumstances, (each) => {
        const running = { ...each, isNewChat: false };
        expect(decideSend(running)).toMatchObject({
          kind: decideSend({ ...running, used: { ...each.used, newChats: 10_000 } }).kind,
        });
      }),
    );
  });
});

describe('warmUpLimit', () => {
  it('is what its table says', () => {
    const limits = [0, 1, 2, 3, 4, 6, 7, 9, 10, 13, 14, 400].map((day) => warmUpLimit(50, day * dayMs));
    expect(limits).toEqual([10, 10, 15, 15, 20, 20, 30, 30, 40, 40, 50, 50]);
  });

  it('only rises, stays within the limit, and never makes nothing of something', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000),
        fc.integer({ min: -dayMs, max: 30 * dayMs }),
        fc.nat(5 * dayMs),
        (perDay, at, later) => {
          const today = warmUpLimit(perDay, at);
          expect(today).toBeLessThanOrEqual(warmUpLimit(perDay, at + later));
          expect(today).toBeLessThanOrEqual(perDay);
          expect(today > 0).toBe(perDay > 0);
        },
      ),
    );
  });
});

describe('readSendingRules', () => {
  it('fills in what is not set, and takes what is of another form for not set', () => {
    const usual = { pacing: true, newChatsPerDay: 50, warmUp: true, messagesPerDay: null };
    expect(readSendingRules({})).toEqual(usual);
    expect(readSendingRules({ sending: { newChatsPerDay: 'many', pacing: 1 } })).toEqual(usual);
    expect(readSendingRules({ sending: { newChatsPerDay: null, pacing: false, messagesPerDay: 0 } })).toEqual({
      ...{ pacing: false, newChatsPerDay: null, warmUp: true, messagesPerDay: 0 },
    });
  });
});

describe('startHold', () => {
  it('keeps its beginning when WhatsApp names another end, and is never looked at in the same breath again', () => {
    const longer = startHold({ nowMs: nowMs + 1_000, until: '2026-11-22T20:00:00.000Z', earlier: hold });
    expect(longer).toEqual({
      since: hold.since,
      until: '2026-11-22T20:00:00.000Z',
      retryAt: '2026-11-22T20:00:00.000Z',
    });
    expect(Date.parse(startHold({ nowMs, until: '2020-01-01T00:00:00.000Z' }).retryAt)).toBeGreaterThan(nowMs);
  });
});
