import { type MetricName, metricNamespace, stageDimension } from './metric-names.ts';

export type MetricValues = Readonly<Partial<Record<MetricName, number>>>;

/**
 * A log line that CloudWatch reads as metrics (embedded metric format): no call to an API and no agent, and in a local log plain JSON.
 * The name of the service stands in each line of its logger already.
 * Source: "Specification: Embedded metric format" of the CloudWatch user guide.
 *
 * @example logger.info(emfLine({ SessionsConnected: 12 }, { stage: 'production', atMs: Date.now() }), 'metrics')
 */
export function emfLine(
  values: MetricValues,
  { stage, atMs }: { readonly stage: string; readonly atMs: number },
): Record<string, unknown> {
  const names = Object.keys(values) as MetricName[];
  return {
    _aws: {
      Timestamp: atMs,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions: [[stageDimension]],
          Metrics: names.map((Name) => ({ Name, Unit: unitOf(Name) })),
        },
      ],
    },
    [stageDimension]: stage,
    ...values,
  };
}

function unitOf(name: MetricName): 'Count' | 'Percent' | 'Milliseconds' {
  if (name.endsWith('Percent')) return 'Percent';
  return name.endsWith('Ms') ? 'Milliseconds' : 'Count';
}
