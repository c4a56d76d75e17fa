import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { environmentNames } from '../../../core/environment.ts';
import { controlPartitions, type Tables, tableAccess } from '../../data/index.ts';
import type { FunctionEnvironment } from '../../shared/wharf-function.ts';
import type { ApiFunctionsProps } from './function-plan.ts';

/** What authentication reads: every function that has a closed route is given it. */
export function authentication({ tables, secrets, parameters, plansText }: ApiFunctionsProps): FunctionEnvironment {
  return {
    [environmentNames.controlTable]: tables.control.tableName,
    [environmentNames.jwtSecretArn]: secrets.jwtSecret.secretArn,
    [environmentNames.plans]: plansText,
    [environmentNames.defaultPlan]: parameters.defaultPlan,
  };
}

/** Where a function finds the queue of a session's shard, and the shard of a new session. */
export function commandSending({ shardQueues, options }: ApiFunctionsProps): FunctionEnvironment {
  return {
    [environmentNames.shardQueueUrlPrefix]: shardQueues.urlPrefix,
    [environmentNames.shardCount]: String(options.shards),
  };
}

/** Every closed route: the secret of login tokens, the caller's rate (one conditional update), and entries in the trail, which can be added and no more. */
export function closedRoutes({ tables: { control }, secrets }: ApiFunctionsProps): PolicyStatement[] {
  return [
    secrets.readJwtSecret(),
    tableAccess({ table: control, actions: ['UpdateItem'], partitions: [controlPartitions.rates] }),
    tableAccess({ table: control, actions: ['PutItem'], partitions: [controlPartitions.audit] }),
  ];
}

/** Finding the key that a request brings, and noting its first use and its last. The account's own row is a right of each function. */
export function readingKeys({ control }: Tables): PolicyStatement {
  return tableAccess({
    table: control,
    actions: ['GetItem', 'UpdateItem'],
    partitions: [controlPartitions.keyHash],
  });
}

/** The caller's account and sessions, and the tenant's data key, which the first sealed answer makes. */
export function accountAndDataKey({ control }: Tables): PolicyStatement {
  return tableAccess({
    table: control,
    actions: ['GetItem', 'PutItem'],
    partitions: [controlPartitions.tenant],
  });
}

/** Records of `Idempotency-Key`s, whose answers are sealed: some hold a key that is shown once. */
export function idempotency({ tables, secrets }: ApiFunctionsProps): PolicyStatement[] {
  return [
    tableAccess({
      table: tables.control,
      actions: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      partitions: [controlPartitions.idempotency],
    }),
    secrets.sealAndOpen(),
  ];
}
