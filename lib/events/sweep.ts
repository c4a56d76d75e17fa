import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { environmentNames } from '../../core/environment.ts';
import { tableIndexes } from '../../core/storage/table-keys.ts';
import { tableAccess } from '../data/index.ts';
import { createFunction } from '../shared/wharf-function.ts';
import { allowSendDeliveries, type EventFunctionsProps, laneUrls } from './event-functions.ts';

/** Shorter than the minute between two sweeps, so that they do not overlap. */
const sweepTimeout = Duration.seconds(50);

/**
 * Wakes webhook deliveries that wait longer than a queue can delay a message, or that were forgotten. Each minute starts a new chain of invocations, so waits of
 * many hours never come near the bound of Lambda's recursion detection.
 */
export function createSweep(scope: Construct, props: EventFunctionsProps): LambdaFunction {
  const { tables, queues, bundleFolder, options } = props;
  const sweep = createFunction(scope, 'Sweep', {
    name: 'sweep',
    description: 'Wakes webhook deliveries that are due',
    bundleFolder,
    options,
    timeout: sweepTimeout,
    environment: {
      [environmentNames.deliveriesTable]: tables.deliveries.tableName,
      ...laneUrls(queues),
    },
    statements: [
      tableAccess({ table: tables.deliveries, actions: ['Query'], index: tableIndexes.byDue.name }),
      tableAccess({ table: tables.deliveries, actions: ['UpdateItem'] }),
      ...allowSendDeliveries(queues),
    ],
  });
  new Rule(scope, 'EveryMinute', {
    description: 'Wakes webhook deliveries that are due',
    schedule: Schedule.rate(Duration.minutes(1)),
    // The next sweep makes up for a failed one.
    targets: [new LambdaTarget(sweep, { retryAttempts: 0 })],
  });
  return sweep;
}
