import type { MetricValues } from '../../core/metrics/emf-line.ts';
import { MetricCounter } from '../../core/metrics/metric-counter.ts';
import { type MetricName, metricNames } from '../../core/metrics/metric-names.ts';
import type { DeliverResult } from './deliver-ports.ts';

/**
 * What a batch of deliveries counts as; empty when no try was made. A task that was rejected is a fault of ours, as is one that was put
 * off because of one.
 *
 * @example metricsOfResults([{ status: 'fulfilled', value: { kind: 'attempted', state: 'succeeded', … } }]) // { DeliveriesSucceeded: 1 }
 */
export function metricsOfResults(outcomes: Iterable<PromiseSettledResult<DeliverResult>>): MetricValues {
  const counter = new MetricCounter();
  for (const outcome of outcomes) {
    for (const name of outcome.status === 'rejected' ? [metricNames.deliveryFaults] : namesOf(outcome.value)) {
      counter.count(name);
    }
  }
  return counter.take();
}

function namesOf(result: DeliverResult): MetricName[] {
  if (result.kind === 'deferred') return result.reason === 'our-fault' ? [metricNames.deliveryFaults] : [];
  if (result.kind === 'dropped') return [];
  if (result.state === 'succeeded') return [metricNames.deliveriesSucceeded];
  return [metricNames.deliveriesFailed, ...(result.state === 'exhausted' ? [metricNames.deliveriesExhausted] : [])];
}
