import { queryAll } from '../storage/query-all.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { ScalerRow, ShardRow, WorkerRow } from './fleet-rows.ts';

/** Every worker that the table names, the dead among them. */
export function readWorkers(fleet: Table): Promise<WorkerRow[]> {
  return queryAll(fleet, tableKeys.worker('').pk);
}

/** Every shard that ever had an owner. */
export function readShards(fleet: Table): Promise<ShardRow[]> {
  return queryAll(fleet, tableKeys.shard(0).pk);
}

/** What the scaler remembered at its last run. */
export function readScaler(fleet: Table): Promise<ScalerRow | undefined> {
  return readItem(fleet, tableKeys.scaler());
}
