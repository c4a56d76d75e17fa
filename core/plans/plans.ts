import type { PlanLimits } from './plan.ts';

/** The plan of a user who was given none. The operator can change its numbers but not remove it. */
export const defaultPlanName = 'free';

/**
 * The plans as shipped; `loadPlans` lays the operator's own over them. 30 sends a minute are one each two seconds with room for a short
 * burst; vendors with a careful mode allow one in five seconds, so the free plan stays near that.
 */
export const shippedPlans: Readonly<Record<string, PlanLimits>> = {
  free: {
    sessions: 2,
    messagesPerDay: 200,
    requestsPerMinute: 120,
    sendsPerMinute: 12,
    webhooksPerSession: 2,
    retentionDays: 7,
  },
  starter: {
    sessions: 10,
    messagesPerDay: 5_000,
    requestsPerMinute: 300,
    sendsPerMinute: 30,
    webhooksPerSession: 5,
    retentionDays: 30,
  },
  pro: {
    sessions: 100,
    messagesPerDay: 50_000,
    requestsPerMinute: 1_200,
    sendsPerMinute: 30,
    webhooksPerSession: 10,
    retentionDays: 90,
  },
  scale: {
    sessions: 1_000,
    messagesPerDay: 1_000_000,
    requestsPerMinute: 6_000,
    sendsPerMinute: 60,
    webhooksPerSession: 20,
    retentionDays: 365,
  },
  /** For a machine that tries itself out, with a simulator behind it: no limit of it is met by accident. Not offered by `GET /plans`. */
  sandbox: {
    sessions: 5_000,
    messagesPerDay: 10_000_000,
    requestsPerMinute: 600_000,
    sendsPerMinute: 60_000,
    webhooksPerSession: 100,
    retentionDays: 365,
  },
};

/** Plans that exist and are given, but are not on the list. */
export const unlistedPlans: ReadonlySet<string> = new Set(['sandbox']);
