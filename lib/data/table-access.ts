import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { tableKeys } from '../../core/storage/table-keys.ts';

/**
 * Actions by the names that `lib-dynamodb` commands have. A transaction is allowed by the actions inside it, so
 * `ConditionCheckItem` stands for a condition on a row that the transaction does not write.
 */
export type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem';

export interface TableAccess {
  readonly table: Table;
  readonly actions: readonly TableAction[];
  /** Patterns of the partition keys that the caller may name; none means every row of the table. */
  readonly partitions?: readonly string[];
  /** Name of the index that is queried, instead of the table itself. */
  readonly index?: string;
}

/**
 * Partitions of the control table. A tenant's id is `usr_` and 26 characters, so the pattern of its rows does not match its webhooks,
 * which lie in a partition of their own.
 */
export const controlPartitions = {
  tenant: `TENANT#usr_${'?'.repeat(26)}`,
  webhooks: `TENANT#usr_${'?'.repeat(26)}#WEBHOOKS`,
  /** Logins that can be refreshed. */
  refresh: `TENANT#usr_${'?'.repeat(26)}#REFRESH`,
  /** The list of all accounts, by id alone. */
  users: 'USERS',
  invites: 'INVITES',
  /** Tries to log in, by hashes of e-mail and network address. */
  logins: 'LOGIN#*',
  audit: `TENANT#usr_${'?'.repeat(26)}#AUDIT`,
  quotas: `TENANT#usr_${'?'.repeat(26)}#QUOTAS`,
  usage: `TENANT#usr_${'?'.repeat(26)}#USAGE`,
  rates: `TENANT#usr_${'?'.repeat(26)}#RATE#*`,
  idempotency: `TENANT#usr_${'?'.repeat(26)}#IDEMPOTENCY#*`,
  keyHash: 'KEYHASH#*',
  email: 'EMAIL#*',
  shard: 'SHARD#*',
} as const;

/** Partitions of the fleet table. */
export const fleetPartitions = {
  workers: tableKeys.worker('').pk,
  shards: tableKeys.shard(0).pk,
  scaler: tableKeys.scaler().pk,
} as const;

/**
 * One statement for one table or one of its indexes. CDK's own grants give every read action, scans included, and every index.
 *
 * @example tableAccess({ table: control, actions: ['GetItem'], partitions: [controlPartitions.keyHash] })
 */
export function tableAccess(access: TableAccess): PolicyStatement {
  const arn = access.table.tableArn;
  return new PolicyStatement({
    actions: access.actions.map((action) => `dynamodb:${action}`),
    resources: [access.index === undefined ? arn : `${arn}/index/${access.index}`],
    ...(access.partitions === undefined
      ? {}
      : { conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': access.partitions } } }),
  });
}
