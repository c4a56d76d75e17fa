import { environmentNames } from '../../../core/environment.ts';
import { controlPartitions, fleetPartitions, tableAccess } from '../../data/index.ts';
import type { ApiFunctionsProps, FunctionPlan } from './function-plan.ts';
import { authentication, closedRoutes, idempotency } from './shared-rights.ts';

/** What the function `account` is given, and what it may do. */
export function accountPlan(props: ApiFunctionsProps): FunctionPlan {
  const { tables, secrets } = props;
  return {
    description: 'Plans, usage, audit trail and administration',
    environment: {
      ...authentication(props),
      [environmentNames.sealingKeyId]: secrets.sealingKey.keyArn,
      [environmentNames.fleetTable]: tables.fleet.tableName,
      [environmentNames.shardCount]: String(props.options.shards),
    },
    statements: [
      ...closedRoutes(props),
      ...idempotency(props),
      tableAccess({
        table: tables.fleet,
        actions: ['Query'],
        partitions: [fleetPartitions.workers, fleetPartitions.shards],
      }),
      tableAccess({ table: tables.fleet, actions: ['GetItem'], partitions: [fleetPartitions.scaler] }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'UpdateItem'],
        partitions: [controlPartitions.tenant, controlPartitions.keyHash],
      }),
      tableAccess({
        table: tables.control,
        actions: ['GetItem', 'Query'],
        partitions: [
          controlPartitions.email,
          controlPartitions.users,
          controlPartitions.usage,
          controlPartitions.quotas,
          controlPartitions.audit,
        ],
      }),
      // The tenant's data key, made with the first answer that is sealed.
      tableAccess({ table: tables.control, actions: ['PutItem'], partitions: [controlPartitions.tenant] }),
      // A suspension ends the logins of the account.
      tableAccess({
        table: tables.control,
        actions: ['Query', 'UpdateItem'],
        partitions: [controlPartitions.refresh],
      }),
      tableAccess({
        table: tables.control,
        actions: ['PutItem', 'Query', 'DeleteItem'],
        partitions: [controlPartitions.invites],
      }),
    ],
  };
}
