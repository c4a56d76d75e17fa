import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The numbers of days that CloudWatch Logs takes. `RetentionDays` also has 9999 for "never"; a bill without an end is not offered. */
export const logRetentionDaysAllowed = Object.values(RetentionDays).filter(
  (days): days is number => typeof days === 'number' && days !== RetentionDays.INFINITE,
) as [number, ...number[]];
