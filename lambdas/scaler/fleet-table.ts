import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ScalerRow, ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';
import { readScaler, readShards, readWorkers } from '../../core/fleet/read-fleet.ts';
import { isConditionFailed } from '../../core/storage/condition-failed.ts';
import type { Table } from '../../core/storage/table.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import type { RetiringChange } from './choose-retiring.ts';

/** What the scaler reads and writes of the fleet. */
export interface FleetTable {
  workers(): Promise<WorkerRow[]>;
  shards(): Promise<ShardRow[]>;
  remembered(): Promise<ScalerRow | undefined>;
  remember(row: ScalerRow): Promise<void>;
  setRetiring(change: RetiringChange): Promise<void>;
}

/** @example const fleet = createFleetTable({ dynamodb, tableName: 'wharf-fleet' }); */
export function createFleetTable(table: Table): FleetTable {
  const { dynamodb, tableName } = table;
  return {
    workers: () => readWorkers(table),
    shards: () => readShards(table),
    remembered: () => readScaler(table),
    remember: async (row) => {
      await dynamodb.send(new PutCommand({ TableName: tableName, Item: { ...tableKeys.scaler(), ...row } }));
    },
    setRetiring: (change) => setRetiring(table, change),
  };
}

/** A worker that has gone or started anew meanwhile needs no word. */
async function setRetiring({ dynamodb, tableName }: Table, change: RetiringChange): Promise<void> {
  const command = new UpdateCommand({
    TableName: tableName,
    Key: tableKeys.worker(change.workerId),
    UpdateExpression: 'SET retiring = :retiring',
    ConditionExpression: 'incarnation = :incarnation',
    ExpressionAttributeValues: { ':retiring': change.retiring, ':incarnation': change.incarnation },
  });
  try {
    await dynamodb.send(command);
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}
