import { expect, it } from 'vitest';
import type { DeliverResult } from '../../../lambdas/deliver/deliver-ports.ts';
import { metricsOfResults } from '../../../lambdas/deliver/metrics-of-results.ts';

const attempted = (state: 'succeeded' | 'waiting' | 'exhausted') =>
  ({ kind: 'attempted', attempt: 1, state, durationMs: 5, isKept: true }) as const;
const fulfilled = (value: DeliverResult) => ({ status: 'fulfilled', value }) as const;

it('counts tries, and faults of ours apart from those of receivers', () => {
  const results = [
    fulfilled(attempted('succeeded')),
    fulfilled(attempted('succeeded')),
    fulfilled(attempted('waiting')),
    fulfilled(attempted('exhausted')),
    fulfilled({ kind: 'deferred', reason: 'our-fault', delaySeconds: 60 }),
    fulfilled({ kind: 'deferred', reason: 'breaker', delaySeconds: 60 }),
    fulfilled({ kind: 'dropped', reason: 'stale' }),
    { status: 'rejected', reason: new Error('DynamoDB does not answer') } as const,
  ];
  expect(metricsOfResults(results)).toEqual({
    DeliveriesSucceeded: 2,
    DeliveriesFailed: 2,
    DeliveriesExhausted: 1,
    DeliveryFaults: 2,
  });
  expect(metricsOfResults([fulfilled({ kind: 'dropped', reason: 'busy' })])).toEqual({});
});
