import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ShardRow } from '../../core/fleet/fleet-rows.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import type { ShardOwner } from './fleet-store.ts';
import { type FleetTable, fleetDeadline, readAll, withoutKeys } from './fleet-table.ts';
import { unlessRefused } from './unless-refused.ts';

/** A shard as its owner holds it. */
export interface HeldShard {
  readonly shard: number;
  readonly epoch: number;
}

/**
 * The rows that say who owns what. Each write names the epoch and the incarnation that it was decided on, so that one that is late
 * (delayed by the network, or sent by a process that slept) is refused: `false`, or `undefined` where an epoch would be the answer.
 */
export interface ShardRows {
  shards(): Promise<ShardRow[]>;
  shard(shard: number): Promise<ShardRow | undefined>;
  /** Makes `owner` the owner of a shard that looks as `seen` (`undefined`: no row); resolves to the new epoch. */
  claim(shard: number, seen: ShardRow | undefined, owner: ShardOwner): Promise<number | undefined>;
  /** Names the next owner of a shard that looks as `seen`, or nobody. */
  aim(seen: ShardRow, target: ShardOwner | undefined): Promise<boolean>;
  /** The target is prepared. */
  ready(seen: ShardRow, target: ShardOwner): Promise<boolean>;
  /** The owner gives a shard to another, with one more epoch. */
  handOver(held: HeldShard, from: ShardOwner, to: ShardOwner): Promise<boolean>;
  /** The owner gives a shard to nobody. */
  release(held: HeldShard, from: ShardOwner): Promise<boolean>;
}

/** @example await createShardRows({ dynamodb, tableName }).claim(3, undefined, { workerId, incarnation }) // 1 */
export function createShardRows(table: FleetTable): ShardRows {
  const { dynamodb, tableName } = table;
  const put = (Item: ShardRow, condition: Condition) =>
    unlessRefused(
      dynamodb.send(
        new PutCommand({ TableName: tableName, Item: { ...tableKeys.shard(Item.shard), ...Item }, ...condition }),
        fleetDeadline(),
      ),
    );
  const update = (shard: number, UpdateExpression: string, condition: Condition) =>
    unlessRefused(
      dynamodb.send(
        new UpdateCommand({ TableName: tableName, Key: tableKeys.shard(shard), UpdateExpression, ...condition }),
        fleetDeadline(),
      ),
    );
  return {
    shards: () => readAll<ShardRow>(table, tableKeys.shard(0).pk),
    shard: async (shard) => {
      const input = { TableName: tableName, Key: tableKeys.shard(shard), ConsistentRead: true };
      const { Item } = await dynamodb.send(new GetCommand(input), fleetDeadline());
      return Item === undefined ? undefined : withoutKeys<ShardRow>(Item);
    },
    claim: async (shard, seen, owner) => {
      const epoch = (seen?.epoch ?? 0) + 1;
      return (await put(ownedRow({ shard, epoch }, owner), stillAs(seen))) ? epoch : undefined;
    },
    aim: (seen, target) => {
      const condition = stillAs(seen);
      const names = { ...condition.ExpressionAttributeNames, '#target': 'target' };
      if (target === undefined) {
        return update(seen.shard, 'REMOVE #target, targetIncarnation, ready', {
          ...condition,
          ExpressionAttributeNames: names,
        });
      }
      return update(seen.shard, 'SET #target = :next, targetIncarnation = :nextIncarnation REMOVE ready', {
        ...condition,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ...condition.ExpressionAttributeValues,
          ':next': target.workerId,
          ':nextIncarnation': target.incarnation,
        },
      });
    },
    ready: (seen, target) =>
      update(seen.shard, 'SET ready = :true', {
        ConditionExpression: 'epoch = :epoch AND targetIncarnation = :target',
        ExpressionAttributeValues: { ':epoch': seen.epoch, ':target': target.incarnation, ':true': true },
      }),
    handOver: ({ shard, epoch }, from, to) =>
      put(ownedRow({ shard, epoch: epoch + 1 }, to), ownedAt(epoch, from.incarnation)),
    release: ({ shard, epoch }, from) => {
      const condition = ownedAt(epoch, from.incarnation);
      return update(shard, 'REMOVE #owner, incarnation, #target, targetIncarnation, ready', {
        ...condition,
        ExpressionAttributeNames: { '#owner': 'owner', '#target': 'target' },
      });
    },
  };
}

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

function ownedRow({ shard, epoch }: HeldShard, { workerId, incarnation }: ShardOwner): ShardRow {
  return { shard, epoch, owner: workerId, incarnation };
}

function ownedAt(epoch: number, incarnation: string): Condition {
  return {
    ConditionExpression: 'epoch = :epoch AND incarnation = :incarnation',
    ExpressionAttributeValues: { ':epoch': epoch, ':incarnation': incarnation },
  };
}

/** The epoch grows with each change of owner; incarnation and target tell what was given back or aimed meanwhile. */
function stillAs(seen: ShardRow | undefined): Condition {
  if (seen === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const values: Record<string, unknown> = { ':epoch': seen.epoch };
  const same = (name: 'incarnation' | 'targetIncarnation') => {
    if (seen[name] === undefined) return `attribute_not_exists(${name})`;
    values[`:${name}`] = seen[name];
    return `${name} = :${name}`;
  };
  return {
    ConditionExpression: `epoch = :epoch AND ${same('incarnation')} AND ${same('targetIncarnation')}`,
    ExpressionAttributeValues: values,
  };
}
