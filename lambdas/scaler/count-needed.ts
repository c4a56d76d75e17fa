import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';
import type { Table } from '../../core/storage/table.ts';
import { tableIndexes } from '../../core/storage/table-keys.ts';

export interface NeedInput {
  readonly shardCount: number;
  readonly shards: readonly ShardRow[];
  readonly live: readonly WorkerRow[];
}

/** Queries at a time. */
const parallelMax = 16;

/**
 * Sessions that need a connector. Live workers tell how many they hold, so only the shards without one are counted in the index,
 * which holds keys alone and no session at rest; all are when the workers hold nothing, because a wish may be on its way to them.
 *
 * @example await countNeeded({ shardCount: 64, shards, live }, (shard) => countInShard(control, shard)) // 412
 */
export async function countNeeded(input: NeedInput, countInShard: (shard: number) => Promise<number>): Promise<number> {
  const held = input.live.reduce((sum, worker) => sum + worker.sessions, 0);
  const incarnations = new Set(input.live.map(({ incarnation }) => incarnation));
  const owned = new Set(input.shards.filter((row) => incarnations.has(row.incarnation ?? '')).map((row) => row.shard));
  const all = Array.from({ length: input.shardCount }, (_, shard) => shard);
  const toCount = held === 0 ? all : all.filter((shard) => !owned.has(shard));
  let counted = 0;
  for (let start = 0; start < toCount.length; start += parallelMax) {
    const counts = await Promise.all(toCount.slice(start, start + parallelMax).map(countInShard));
    counted += counts.reduce((sum, count) => sum + count, 0);
  }
  return held + counted;
}

/** Entries of one shard in the index of sessions that need a connector. */
export async function countInShard({ dynamodb, tableName }: Table, shard: number): Promise<number> {
  const { byNeed } = tableIndexes;
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const page = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: byNeed.name,
        Select: 'COUNT',
        KeyConditionExpression: '#shard = :shard',
        ExpressionAttributeNames: { '#shard': byNeed.partitionKey },
        ExpressionAttributeValues: { ':shard': byNeed.keys(shard).needPk },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    count += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return count;
}
