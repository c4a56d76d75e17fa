import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricNames, metricNamespace, stageDimension } from '../../core/metrics/metric-names.ts';

export type OwnMetricKey = keyof typeof metricNames;

export interface OwnMetricOptions {
  readonly stage: string;
  /** Sum of counters, maximum of gauges over all workers. */
  readonly statistic?: 'Sum' | 'Maximum' | 'Minimum' | 'Average';
  readonly minutes?: number;
  readonly label?: string;
}

/** A metric that runtime code writes. @example ownMetric('messagesSent', { stage: 'production' }) */
export function ownMetric(key: OwnMetricKey, options: OwnMetricOptions): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName: metricNames[key],
    dimensionsMap: { [stageDimension]: options.stage },
    statistic: options.statistic ?? Stats.SUM,
    period: Duration.minutes(options.minutes ?? 1),
    label: options.label ?? metricNames[key],
  });
}
