import { expect, test } from 'vitest';
import { hopsMax } from '../../lambdas/deliver/plan-wake.ts';
import { resource, resourcesOf, synthesize, target } from './support/synthesize.ts';

const template = synthesize();
const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').filter(([id]) =>
  id.startsWith('EventFunctionsDeliver'),
);

test('each lane of deliveries has a queue, a mapping and a concurrency of its own', () => {
  const queues = mappings.map(([, { Properties }]) => target(Properties.EventSourceArn));
  expect(queues.map((id) => id.replace(/^EventQueues|[0-9A-F]{8}$/g, '')).sort()).toEqual([
    'Deliveries',
    'SlowDeliveries',
  ]);
  for (const [, { Properties }] of mappings) {
    expect(Properties.BatchSize).toBeLessThanOrEqual(5);
    expect((Properties.ScalingConfig as { MaximumConcurrency: number }).MaximumConcurrency).toBeGreaterThanOrEqual(2);
    expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
  }
});

test('Lambda’s recursion limit is out of reach twice: it is told to allow the loop, and a chain ends before it would count', () => {
  expect(resource(template, 'AWS::Lambda::Function', 'EventFunctionsDeliver').Properties.RecursiveLoop).toBe('Allow');
  // Lambda ends a chain at about 16.
  expect(hopsMax).toBeLessThan(10);
});
