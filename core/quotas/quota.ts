import type { ErrorCode } from '../error-catalogue.ts';
import { nextUtcDayMs, utcDay } from '../utc-calendar.ts';

export type QuotaName = 'sessions' | 'messages' | 'webhooks';

/** How much of a quota is used, as callers see it. */
export interface QuotaState {
  readonly quota: QuotaName;
  readonly limit: number;
  readonly used: number;
  /** When it is empty again, ISO 8601; null for quotas that only shrink when something is deleted. */
  readonly resetsAt: string | null;
}

export const quotaErrorCodes = {
  sessions: 'QUOTA_SESSIONS_EXCEEDED',
  messages: 'QUOTA_MESSAGES_EXCEEDED',
  webhooks: 'QUOTA_WEBHOOKS_EXCEEDED',
} as const satisfies Record<QuotaName, ErrorCode>;

/** Names of the counters, the sort keys of `tableKeys.quota`. */
export const quotaCounters = {
  sessions: () => 'SESSIONS',
  messages: (atMs: number) => `MESSAGES#${utcDay(atMs)}`,
  webhooks: (scope: string) => `WEBHOOKS#${scope}`,
};

/** When the day's messages start again, ISO 8601. */
export function messagesResetAt(atMs: number): string {
  return new Date(nextUtcDayMs(atMs)).toISOString();
}
