import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../../storage/condition-failed.ts';
import { runTransaction } from '../../storage/run-transaction.ts';
import { readItem, type Table } from '../../storage/table.ts';
import { tableKeys } from '../../storage/table-keys.ts';
import type { Recovery } from './recovery.ts';

type Named = Pick<Recovery, 'tenantId' | 'webhookId' | 'recoveryId'>;

export interface RecoveryRepository {
  /** False when the webhook has a running job. */
  create(job: Recovery): Promise<boolean>;
  find(named: Named): Promise<Recovery | undefined>;
  /** Writes a step; false when somebody else has stepped since `before` was read. An end gives the webhook's place back. */
  step(before: Recovery, after: Recovery): Promise<boolean>;
  /** Jobs that are running, of all tenants. */
  open(limit: number): Promise<readonly Named[]>;
}

/** `tableName` is the `deliveries` table. */
export function createRecoveryRepository(table: Table): RecoveryRepository {
  const { dynamodb, tableName } = table;
  const item = (job: Recovery) => ({ ...tableKeys.recovery(job.tenantId, job.webhookId, job.recoveryId), ...job });
  return {
    create: async (job) => {
      const { tenantId, webhookId, recoveryId, expiresAtSeconds } = job;
      const place = {
        ...tableKeys.openRecovery(tenantId, webhookId),
        tenantId,
        webhookId,
        recoveryId,
        expiresAtSeconds,
      };
      const refusal = await runTransaction(dynamodb, [
        { Put: { TableName: tableName, Item: place, ConditionExpression: 'attribute_not_exists(pk)' } },
        { Put: { TableName: tableName, Item: item(job) } },
      ]);
      return refusal === undefined;
    },
    find: ({ tenantId, webhookId, recoveryId }) =>
      readItem<Recovery>(table, tableKeys.recovery(tenantId, webhookId, recoveryId)),
    step: async (before, after) => {
      const put = {
        TableName: tableName,
        Item: item(after),
        ConditionExpression: 'steps = :steps',
        ExpressionAttributeValues: { ':steps': before.steps },
      };
      if (after.state !== 'running') {
        const Key = tableKeys.openRecovery(after.tenantId, after.webhookId);
        return (
          (await runTransaction(dynamodb, [{ Put: put }, { Delete: { TableName: tableName, Key } }])) === undefined
        );
      }
      try {
        await dynamodb.send(new PutCommand(put));
        return true;
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        return false;
      }
    },
    open: async (limit) => {
      const { Items } = await dynamodb.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': tableKeys.openRecovery('', '').pk },
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      return (Items ?? []) as unknown as Named[];
    },
  };
}
