import { environmentNames } from '../../../core/environment.ts';
import { tableIndexes } from '../../../core/storage/table-keys.ts';
import { controlPartitions, tableAccess } from '../../data/index.ts';
import { allowSend } from '../../shared/queues.ts';
import type { ApiFunctionsProps, FunctionPlan } from './function-plan.ts';
import { authentication, closedRoutes, idempotency, readingKeys } from './shared-rights.ts';

/** What the function `deliveries` is given, and what it may do. */
export function deliveriesPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, eventsQueue, lanes } = props;
  const { deliveries } = tables;
  return {
    description: 'What became of events, and sending them again',
    environment: {
      [environmentNames.deliveriesTable]: deliveries.tableName,
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.eventsQueueUrl]: eventsQueue.queueUrl,
      [environmentNames.deliveriesQueueUrl]: lanes.fast.queueUrl,
      [environmentNames.slowDeliveriesQueueUrl]: lanes.slow.queueUrl,
    },
    statements: [
      ...closedRoutes(props),
      readingKeys(tables),
      ...idempotency(props),
      // Put: the tenant's data key, made with the first answer that is sealed.
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'Query', 'PutItem'],
        partitions: [controlPartitions.tenant],
      }),
      tableAccess({ table: tables.control, actions: ['GetItem'], partitions: [controlPartitions.webhooks] }),
      tableAccess({ table: deliveries, actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] }),
      tableAccess({ table: deliveries, actions: ['Query'], index: tableIndexes.byWebhook.name }),
      tableAccess({ table: deliveries, actions: ['Query'], index: tableIndexes.byEndpoint.name }),
      allowSend(eventsQueue.queueArn),
      // All that is sent again goes the slow way.
      allowSend(lanes.slow.queueArn),
    ],
  };
}
