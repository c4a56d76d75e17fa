export type { SessionUsage, UsageCounts, UsageOfPeriod } from './usage.ts';
export { usageOfEvent } from './usage-of-event.ts';
export { daysMax, monthsMax, type UsageRange } from './usage-periods.ts';
export {
  createUsageRepository,
  type UsagePage,
  type UsagePageRequest,
  type UsageRepository,
} from './usage-repository.ts';
export { type UsageToCount, usageUpdate } from './usage-row.ts';
