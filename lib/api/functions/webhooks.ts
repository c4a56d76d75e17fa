import { Stack } from 'aws-cdk-lib';
import { environmentNames } from '../../../core/environment.ts';
import { controlPartitions, tableAccess } from '../../data/index.ts';
import { allowSend } from '../../shared/queues.ts';
import type { ApiFunctionsProps, FunctionPlan } from './function-plan.ts';
import { authentication, closedRoutes, idempotency, readingKeys } from './shared-rights.ts';

/** What the function `webhooks` is given, and what it may do. */
export function webhooksPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, parameters, eventsQueue } = props;
  const { partition, account } = Stack.of(tables);
  return {
    description: 'Webhooks and their secrets',
    environment: {
      [environmentNames.deliveriesTable]: tables.deliveries.tableName,
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.eventsQueueUrl]: eventsQueue.queueUrl,
      [environmentNames.webhookAllowedCidrs]: parameters.webhookAllowedCidrs,
      [environmentNames.webhookRolePrincipal]: `arn:${partition}:iam::${account}:root`,
    },
    statements: [
      ...closedRoutes(props),
      readingKeys(tables),
      ...idempotency(props),
      // Put: also the tenant's data key, made with the first secret that is sealed.
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
        partitions: [controlPartitions.tenant, controlPartitions.webhooks],
      }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem'],
        partitions: [controlPartitions.quotas],
      }),
      allowSend(eventsQueue.queueArn),
      // What deliver has learned of a receiver is forgotten when its webhook is switched on or leads elsewhere.
      tableAccess({
        table: tables.deliveries,
        actions: ['DeleteItem'],
        partitions: [`TENANT#usr_${'?'.repeat(26)}#ENDPOINT#*`],
      }),
    ],
  };
}
