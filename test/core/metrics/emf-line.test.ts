import { expect, it } from 'vitest';
import { emfLine } from '../../../core/metrics/emf-line.ts';
import { MetricCounter } from '../../../core/metrics/metric-counter.ts';

it('writes a line that CloudWatch reads as metrics', () => {
  const values = { SessionsConnected: 12, MemoryUsedPercent: 41, EventLoopDelayP99Ms: 7.5 } as const;
  expect(emfLine(values, { stage: 'production', atMs: 1_795_340_000_000 })).toEqual({
    _aws: {
      Timestamp: 1_795_340_000_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Wharf',
          Dimensions: [['stage']],
          Metrics: [
            { Name: 'SessionsConnected', Unit: 'Count' },
            { Name: 'MemoryUsedPercent', Unit: 'Percent' },
            { Name: 'EventLoopDelayP99Ms', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
    stage: 'production',
    ...values,
  });
});

it('sums between two reports and begins again', () => {
  const counter = new MetricCounter();
  counter.count('MessagesSent');
  counter.count('MessagesSent', 2);
  counter.count('SendsFailed');
  expect(counter.take()).toEqual({ MessagesSent: 3, SendsFailed: 1 });
  expect(counter.take()).toEqual({});
});
