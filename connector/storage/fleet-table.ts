import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { queryAll } from '../../core/storage/query-all.ts';
import { deadline } from './deadline.ts';

export interface FleetTable {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** Looks and moves are repeated every second: one that hangs must not hold up the next for long. */
const fleetCallMs = 1_500;

/** Options for a call to the fleet table. */
export const fleetDeadline = () => deadline(fleetCallMs);

const keyNames = ['pk', 'sk'];

/** All rows of one partition, by consistent reads. */
export async function readAll<Row>(table: FleetTable, pk: string): Promise<Row[]> {
  const items = await queryAll<Record<string, unknown>>(table, pk, { callOptions: fleetDeadline });
  return items.map((item) => withoutKeys<Row>(item));
}

/** An item as its row type has it. */
export function withoutKeys<Row>(item: Record<string, unknown>): Row {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !keyNames.includes(name))) as Row;
}
