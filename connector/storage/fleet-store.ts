import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { PlannerRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline, isRefused } from './deadline.ts';
import { type FleetTable, fleetDeadline, readAll, withoutKeys } from './fleet-table.ts';
import { createShardRows, type ShardRows } from './shard-rows.ts';
import { unlessRefused } from './unless-refused.ts';

/** What changes with each beat. */
export type Beat = Pick<
  WorkerRow,
  | 'beat'
  | 'sessions'
  | 'shards'
  | 'shardSessions'
  | 'draining'
  | 'leaving'
  | 'fell'
  | 'memoryBytes'
  | 'memoryLimitBytes'
  | 'eventLoopDelayP99Ms'
>;

export interface ShardOwner {
  readonly workerId: string;
  readonly incarnation: string;
}

/** Rows of workers, of shards and of the planner. All reads are consistent, every change of hands is conditional. */
export interface FleetStore extends ShardRows {
  /** Replaces the row of an earlier incarnation of this worker. */
  register(worker: WorkerRow): Promise<void>;
  /** The row after the beat; `undefined` when another incarnation has taken the worker's place. */
  beat(owner: ShardOwner, beat: Beat): Promise<WorkerRow | undefined>;
  leave(owner: ShardOwner): Promise<void>;
  /** Says that an incarnation has ended; `false` when the row belongs to another by now. */
  markDead(owner: ShardOwner): Promise<boolean>;
  /** Asks a worker to look at the shards. */
  nudge(workerId: string): Promise<void>;
  workers(): Promise<WorkerRow[]>;
  planner(): Promise<PlannerRow | undefined>;
  /** Becomes or stays the planner, unless the row has changed since it was `seen`; `false` when it has. */
  plan(seen: PlannerRow | undefined, next: PlannerRow): Promise<boolean>;
  stopPlanning(owner: ShardOwner): Promise<void>;
}

/** A beat that hangs must leave time for a second one before the fence closes, 4.5 s after the last good one. */
const beatCallMs = 1_000;

/** @example const fleet = createFleetStore({ dynamodb, tableName: 'wharf-fleet' }); */
export function createFleetStore(table: FleetTable): FleetStore {
  const { dynamodb, tableName } = table;
  return {
    ...createShardRows(table),
    register: async (worker) => {
      const Item = { ...tableKeys.worker(worker.workerId), ...worker };
      await dynamodb.send(new PutCommand({ TableName: tableName, Item }), deadline());
    },
    beat: (owner, beat) => writeBeat(table, owner, beat),
    leave: async ({ workerId, incarnation }) => {
      const input = { TableName: tableName, Key: tableKeys.worker(workerId), ...ownedBy(incarnation) };
      await unlessRefused(dynamodb.send(new DeleteCommand(input), fleetDeadline()));
    },
    markDead: ({ workerId, incarnation }) => {
      const { ExpressionAttributeValues, ...condition } = ownedBy(incarnation);
      const input = {
        TableName: tableName,
        Key: tableKeys.worker(workerId),
        UpdateExpression: 'SET dead = :true',
        ...condition,
        ExpressionAttributeValues: { ...ExpressionAttributeValues, ':true': true },
      };
      return unlessRefused(dynamodb.send(new UpdateCommand(input), fleetDeadline()));
    },
    nudge: async (workerId) => {
      const input = {
        TableName: tableName,
        Key: tableKeys.worker(workerId),
        UpdateExpression: 'ADD #look :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#look': 'look' },
        ExpressionAttributeValues: { ':one': 1 },
      };
      await unlessRefused(dynamodb.send(new UpdateCommand(input), fleetDeadline()));
    },
    workers: () => readAll<WorkerRow>(table, tableKeys.worker('').pk),
    planner: async () => {
      const input = { TableName: tableName, Key: tableKeys.planner(), ConsistentRead: true };
      const { Item } = await dynamodb.send(new GetCommand(input), fleetDeadline());
      return Item === undefined ? undefined : withoutKeys<PlannerRow>(Item);
    },
    plan: (seen, next) => {
      const input = { TableName: tableName, Item: { ...tableKeys.planner(), ...next }, ...stillPlannedAs(seen) };
      return unlessRefused(dynamodb.send(new PutCommand(input), fleetDeadline()));
    },
    stopPlanning: async ({ incarnation }) => {
      const input = { TableName: tableName, Key: tableKeys.planner(), ...ownedBy(incarnation) };
      await unlessRefused(dynamodb.send(new DeleteCommand(input), fleetDeadline()));
    },
  };
}

function ownedBy(incarnation: string) {
  return {
    ConditionExpression: '#incarnation = :incarnation',
    ExpressionAttributeNames: { '#incarnation': 'incarnation' },
    ExpressionAttributeValues: { ':incarnation': incarnation },
  };
}

function stillPlannedAs(seen: PlannerRow | undefined) {
  if (seen === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: '#incarnation = :incarnation AND #beat = :beat',
    ExpressionAttributeNames: { '#incarnation': 'incarnation', '#beat': 'beat' },
    ExpressionAttributeValues: { ':incarnation': seen.incarnation, ':beat': seen.beat },
  };
}

async function writeBeat(
  { dynamodb, tableName }: FleetTable,
  { workerId, incarnation }: ShardOwner,
  beat: Beat,
): Promise<WorkerRow | undefined> {
  const condition = ownedBy(incarnation);
  const fields = Object.entries(beat).filter(([, value]) => value !== undefined);
  const command = new UpdateCommand({
    TableName: tableName,
    Key: tableKeys.worker(workerId),
    UpdateExpression: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    ...condition,
    ExpressionAttributeNames: {
      ...condition.ExpressionAttributeNames,
      ...Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ...condition.ExpressionAttributeValues,
      ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
    },
    ReturnValues: 'ALL_NEW',
  });
  try {
    const { Attributes } = await dynamodb.send(command, deadline(beatCallMs));
    return withoutKeys<WorkerRow>(Attributes ?? {});
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}
