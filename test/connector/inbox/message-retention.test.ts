import { expect, it, vi } from 'vitest';
import { createMessageRetention } from '../../../connector/inbox/message-retention.ts';
import { createAccountStandings } from '../../../core/accounts/account-standing.ts';
import type { User } from '../../../core/accounts/user.ts';
import { loadPlans } from '../../../core/plans/load-plans.ts';

const plans = loadPlans(undefined);
const user = { userId: 'usr_1', role: 'user' } as User;

it('keeps messages for the days of the plan, and feels another plan within twenty seconds', async () => {
  let nowMs = 0;
  const findUser = vi.fn(async () => ({ ...user, plan: 'pro' }) as User);
  const standings = createAccountStandings({ findUser, plans, defaultPlan: 'free', now: () => nowMs });
  const retentionDays = createMessageRetention(standings, { warn: () => undefined });
  expect(await retentionDays('usr_1')).toBe(plans.get('pro')?.retentionDays);
  findUser.mockResolvedValue(user);
  expect(await retentionDays('usr_1')).toBe(plans.get('pro')?.retentionDays);
  expect(findUser).toHaveBeenCalledTimes(1);
  nowMs = 20_001;
  expect(await retentionDays('usr_1')).toBe(plans.get('free')?.retentionDays);
});

it('keeps them for thirty days when the plan cannot be read or nobody has the account any more', async () => {
  const warn = vi.fn();
  const failing = createMessageRetention(() => Promise.reject(new Error('no table')), { warn });
  expect(await failing('usr_1')).toBe(30);
  expect(warn).toHaveBeenCalledOnce();
  expect(await createMessageRetention(async () => undefined, { warn })('usr_1')).toBe(30);
});

it('does not let a frozen table hold a message', async () => {
  vi.useFakeTimers();
  const frozen = createMessageRetention(() => new Promise(() => undefined), { warn: () => undefined });
  const asked = frozen('usr_1');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await asked).toBe(30);
  vi.useRealTimers();
});
