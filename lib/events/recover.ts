import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { environmentNames } from '../../core/environment.ts';
import { tableIndexes } from '../../core/storage/table-keys.ts';
import { controlPartitions, tableAccess } from '../data/index.ts';
import { allowSend } from '../shared/queues.ts';
import { createFunction } from '../shared/wharf-function.ts';
import { type EventFunctionsProps, laneUrls } from './event-functions.ts';

/** Shorter than the minute between two steps, so that they do not overlap. */
const recoverTimeout = Duration.seconds(50);

/** Takes a step of every recovery that is running, once a minute. */
export function createRecover(scope: Construct, props: EventFunctionsProps): LambdaFunction {
  const { tables, queues, bundleFolder, options } = props;
  const recover = createFunction(scope, 'Recover', {
    name: 'recover',
    description: 'Sends the deliveries of recovered windows once more',
    bundleFolder,
    options,
    timeout: recoverTimeout,
    environment: {
      [environmentNames.controlTable]: tables.control.tableName,
      [environmentNames.deliveriesTable]: tables.deliveries.tableName,
      ...laneUrls(queues),
    },
    statements: [
      tableAccess({ table: tables.control, actions: ['GetItem'], partitions: [controlPartitions.webhooks] }),
      tableAccess({ table: tables.deliveries, actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] }),
      tableAccess({ table: tables.deliveries, actions: ['Query'], index: tableIndexes.byWebhook.name }),
      allowSend(queues.slowDeliveries.queueArn),
    ],
  });
  new Rule(scope, 'RecoverEveryMinute', {
    description: 'Sends the deliveries of recovered windows once more',
    schedule: Schedule.rate(Duration.minutes(1)),
    // The next step makes up for a failed one.
    targets: [new LambdaTarget(recover, { retryAttempts: 0 })],
  });
  return recover;
}
