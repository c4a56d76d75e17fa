import { environmentNames } from '../../../core/environment.ts';
import { controlPartitions, fleetPartitions, tableAccess } from '../../data/index.ts';
import { allowSend } from '../../shared/queues.ts';
import type { ApiFunctionsProps, FunctionPlan } from './function-plan.ts';
import { authentication, closedRoutes, commandSending, idempotency } from './shared-rights.ts';

/** What the function `sessions` is given, and what it may do. */
export function sessionsPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets, parameters, options, shardQueues, eventsQueue, wakeQueue } = props;
  return {
    description: 'Linked WhatsApp accounts: intent, status, QR',
    environment: {
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.eventsQueueUrl]: eventsQueue.queueUrl,
      ...commandSending(props),
      [environmentNames.proxyPorts]: options.proxyPorts.join(','),
      [environmentNames.webhookAllowedCidrs]: parameters.webhookAllowedCidrs,
      [environmentNames.fleetTable]: tables.fleet.tableName,
      [environmentNames.wakeQueueUrl]: wakeQueue.queueUrl,
    },
    statements: [
      ...closedRoutes(props),
      ...idempotency(props),
      // Whether a connector runs.
      tableAccess({ table: tables.fleet, actions: ['GetItem'], partitions: [fleetPartitions.scaler] }),
      allowSend(wakeQueue.queueArn),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
        partitions: [controlPartitions.tenant, controlPartitions.webhooks, controlPartitions.keyHash],
      }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem', 'DeleteItem'],
        partitions: [controlPartitions.quotas],
      }),
      shardQueues.statement(['SendMessage']),
      allowSend(eventsQueue.queueArn),
    ],
  };
}
