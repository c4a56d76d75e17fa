import * as z from 'zod/mini';
import { daysMax, monthsMax } from '../../core/usage/usage-periods.ts';
import { pageQuery } from '../shared/paging.ts';

const timestamp = z.string();
const count = z.int();

export const plan = z.strictObject({
  name: z.string(),
  sessions: count,
  /** Sent in one day, UTC. */
  messagesPerDay: count,
  requestsPerMinute: count,
  /** WhatsApp sends of one session. */
  sendsPerMinute: count,
  webhooksPerSession: count,
  retentionDays: count,
  /** Whether accounts that were given no plan have this one. */
  isDefault: z.boolean(),
});

export const usageQuery = z.strictObject({
  by: z._default(z.enum(['day', 'month']), 'day'),
  /** Days as `2026-11-01`, months as `2026-11`; both ends count. Missing: this month, or for months the last twelve. */
  from: z.optional(z.string().check(z.regex(/^\d{4}-\d{2}(-\d{2})?$/))),
  to: z.optional(z.string().check(z.regex(/^\d{4}-\d{2}(-\d{2})?$/))),
  sessionId: z.optional(z.string().check(z.regex(/^ses_[0-9a-z]{26}$/))),
});

/** The longest ranges, for the sentence that refuses a longer one. */
export const longestRange = { day: `${daysMax} days`, month: `${monthsMax} months` } as const;

const counts = { sent: count, received: count, connections: count };

const quota = z.strictObject({
  limit: count,
  used: count,
  /** `null` for a quota that only shrinks when something is deleted. */
  resetsAt: z.nullable(timestamp),
});

export const usage = z.strictObject({
  plan: z.string(),
  /** How much of the plan is used now. */
  quotas: z.strictObject({ sessions: quota, messages: quota }),
  by: z.enum(['day', 'month']),
  periods: z.array(z.strictObject({ period: z.string(), ...counts, activeSessions: count })),
});

export const sessionUsageQuery = z.extend(pageQuery, {
  /** As `2026-11`; missing: this month. */
  month: z.optional(z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/))),
});

export const sessionUsage = z.strictObject({
  sessionId: z.string(),
  month: z.string(),
  ...counts,
  /** Days without anything are left out. */
  days: z.array(z.strictObject({ day: z.string(), ...counts })),
});

export const auditEntry = z.strictObject({
  auditId: z.string(),
  action: z.string(),
  at: timestamp,
  actor: z.strictObject({
    kind: z.enum(['user', 'admin', 'account-key', 'session-key', 'system', 'anyone']),
    id: z.nullable(z.string()),
  }),
  /** What it was done to. */
  subjectId: z.nullable(z.string()),
  details: z.record(z.string(), z.string()),
  address: z.nullable(z.string()),
  userAgent: z.nullable(z.string()),
  requestId: z.nullable(z.string()),
});
