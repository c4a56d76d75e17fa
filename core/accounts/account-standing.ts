import { BoundedCache } from '../cache/bounded-cache.ts';
import { planOf } from '../plans/load-plans.ts';
import type { Plan, Plans } from '../plans/plan.ts';
import type { UserRole } from './principal.ts';
import type { User } from './user.ts';

/** What every request must know of the account behind its credential. */
export interface AccountStanding {
  readonly role: UserRole;
  readonly plan: Plan;
  readonly isSuspended: boolean;
}

/** The standing of an account, or undefined when there is no such account. */
export type FindStanding = (tenantId: string) => Promise<AccountStanding | undefined>;

export interface AccountStandingsOptions {
  readonly findUser: (userId: string) => Promise<User | undefined>;
  readonly plans: Plans;
  /** Plan of accounts that were given none. */
  readonly defaultPlan: string;
  readonly now?: () => number;
}

/** A suspension or another plan is felt within this time; 30 s are promised. */
const cacheMs = 20_000;
const cachedAccountsMax = 10_000;

/**
 * Reads standings, each at most once in twenty seconds. An administrator who changes a plan, a role or a suspension therefore writes
 * one row, however many keys the account has.
 *
 * @example (await createAccountStandings({ findUser, plans, defaultPlan: 'free' })(tenantId))?.plan.sessions // 2
 */
export function createAccountStandings({ findUser, plans, defaultPlan, now }: AccountStandingsOptions): FindStanding {
  const found = new BoundedCache<string, AccountStanding | 'unknown'>({
    entriesMax: cachedAccountsMax,
    maxAgeMs: cacheMs,
    ...(now === undefined ? {} : { now }),
  });
  return async (tenantId) => {
    const cached = found.get(tenantId);
    if (cached !== undefined) return cached === 'unknown' ? undefined : cached;
    const user = await findUser(tenantId);
    const standing = user && {
      role: user.role,
      plan: planOf(plans, user, defaultPlan),
      isSuspended: user.suspendedAt !== undefined,
    };
    found.set(tenantId, standing ?? 'unknown');
    return standing;
  };
}
