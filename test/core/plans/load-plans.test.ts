import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listPlans, loadPlans, planOf } from '../../../core/plans/index.ts';

describe('loadPlans', () => {
  it('gives the shipped plans, each larger than the one before', () => {
    const plans = listPlans(loadPlans());
    expect(plans.map((plan) => plan.name)).toEqual(['free', 'starter', 'pro', 'scale']);
    for (const [index, plan] of plans.entries()) {
      const before = plans[index - 1];
      if (before === undefined) continue;
      expect(plan.sessions).toBeGreaterThan(before.sessions);
      expect(plan.messagesPerDay).toBeGreaterThan(before.messagesPerDay);
      expect(plan.retentionDays).toBeGreaterThan(before.retentionDays);
    }
  });

  it('lays the changes of the operator over the shipped numbers and leaves the rest', () => {
    const plans = loadPlans('{"free": {"sessions": 3}}');
    expect(plans.get('free')).toEqual({ ...loadPlans().get('free'), sessions: 3 });
    expect(plans.get('pro')).toEqual(loadPlans().get('pro'));
  });

  it('takes a new plan only when all its numbers are given', () => {
    const { name: _, ...limits } = { ...loadPlans().get('scale') };
    expect(loadPlans(JSON.stringify({ enterprise: limits })).get('enterprise')?.sessions).toBe(1_000);
    expect(() => loadPlans('{"enterprise": {"sessions": 5}}')).toThrow(/plan "enterprise" is not complete/);
  });

  it.each([
    ['text that is no JSON', '{', /not valid JSON/],
    ['a list', '[]', /not valid/],
    ['an unknown limit', '{"free": {"session": 3}}', /free/],
    ['a fraction', '{"free": {"sessions": 1.5}}', /free\.sessions/],
    ['nought', '{"free": {"sessions": 0}}', /free\.sessions/],
    ['a name with spaces', '{"very free": {}}', /not valid/],
    ['too long a text', ' '.repeat(2_001), /longer than 2000/],
  ])('refuses %s with a sentence that says where', (_, text, message) => {
    expect(() => loadPlans(text)).toThrow(message);
  });

  it('never answers with anything but complete plans or an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          for (const plan of loadPlans(JSON.stringify(json)).values()) expect(plan.sessions).toBeGreaterThanOrEqual(1);
        } catch (error) {
          expect(String(error)).toMatch(/PLANS/);
        }
      }),
    );
  });
});

describe('planOf', () => {
  it('gives the named plan, and the default one for no name and for a name that is gone', () => {
    const plans = loadPlans();
    expect(planOf(plans, { plan: 'pro' }).name).toBe('pro');
    expect(planOf(plans, {}).name).toBe('free');
    expect(planOf(plans, { plan: 'gone' }).name).toBe('free');
  });
});
