import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { ShardRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from './deadline.ts';
import { unlessRefused } from './unless-refused.ts';

/** What changes with each beat. */
export type Beat = Pick<WorkerRow, 'beat' | 'sessions' | 'shards' | 'draining'>;

/** Rows of workers and shards. All reads are consistent, every taking and giving back is conditional. */
export interface FleetStore {
  /** Replaces the row of an earlier incarnation of this worker. */
  register(worker: WorkerRow): Promise<void>;
  /** `false` when another incarnation has taken the worker's place. */
  beat(workerId: string, incarnation: string, beat: Beat): Promise<boolean>;
  leave(workerId: string, incarnation: string): Promise<void>;
  workers(): Promise<WorkerRow[]>;
  shards(): Promise<ShardRow[]>;
  /** Takes a shard that looks as `seen` (`undefined`: no row); resolves to the new epoch, or `undefined` when somebody was faster. */
  claim(shard: number, seen: ShardRow | undefined, owner: ShardOwner): Promise<number | undefined>;
  release(shard: number, owner: ShardOwner): Promise<void>;
}

export interface ShardOwner {
  readonly workerId: string;
  readonly incarnation: string;
}

export interface FleetStoreOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}

const keyNames = ['pk', 'sk'];
/** A beat that hangs must leave time for a second one before the fence closes, 4.5 s after the last good one. */
const beatCallMs = 1_000;

/** @example const fleet = createFleetStore({ dynamodb, tableName: 'wharf-fleet' }); */
export function createFleetStore(table: FleetStoreOptions): FleetStore {
  const { dynamodb, tableName } = table;
  return {
    register: async (worker) => {
      const Item = { ...tableKeys.worker(worker.workerId), ...worker };
      await dynamodb.send(new PutCommand({ TableName: tableName, Item }), deadline());
    },
    beat: (workerId, incarnation, beat) => writeBeat(table, { workerId, incarnation }, beat),
    leave: async (workerId, incarnation) => {
      const command = new DeleteCommand({
        TableName: tableName,
        Key: tableKeys.worker(workerId),
        ...ownedBy(incarnation),
      });
      await unlessRefused(dynamodb.send(command, deadline()));
    },
    workers: () => readAll<WorkerRow>(table, tableKeys.worker('').pk),
    shards: () => readAll<ShardRow>(table, tableKeys.shard(0).pk),
    claim: (shard, seen, owner) => claim(table, shard, seen, owner),
    release: async (shard, { incarnation }) => {
      const { ExpressionAttributeNames, ...condition } = ownedBy(incarnation);
      const command = new UpdateCommand({
        TableName: tableName,
        Key: tableKeys.shard(shard),
        UpdateExpression: 'REMOVE #owner, #incarnation',
        ...condition,
        ExpressionAttributeNames: { ...ExpressionAttributeNames, '#owner': 'owner' },
      });
      await unlessRefused(dynamodb.send(command, deadline()));
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

function writeBeat({ dynamodb, tableName }: FleetStoreOptions, owner: ShardOwner, beat: Beat): Promise<boolean> {
  const condition = ownedBy(owner.incarnation);
  const fields = Object.entries(beat);
  const command = new UpdateCommand({
    TableName: tableName,
    Key: tableKeys.worker(owner.workerId),
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
  });
  return unlessRefused(dynamodb.send(command, deadline(beatCallMs)));
}

async function claim(
  { dynamodb, tableName }: FleetStoreOptions,
  shard: number,
  seen: ShardRow | undefined,
  owner: ShardOwner,
): Promise<number | undefined> {
  const epoch = (seen?.epoch ?? 0) + 1;
  const Item = { ...tableKeys.shard(shard), shard, epoch, owner: owner.workerId, incarnation: owner.incarnation };
  const command = new PutCommand({ TableName: tableName, Item, ...stillAs(seen) });
  return (await unlessRefused(dynamodb.send(command, deadline()))) ? epoch : undefined;
}

/** The epoch grows with each claim; the incarnation tells a shard that was given back meanwhile. */
function stillAs(seen: ShardRow | undefined) {
  if (seen === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  if (seen.incarnation === undefined) {
    return {
      ConditionExpression: 'epoch = :epoch AND attribute_not_exists(incarnation)',
      ExpressionAttributeValues: { ':epoch': seen.epoch },
    };
  }
  return {
    ConditionExpression: 'epoch = :epoch AND incarnation = :incarnation',
    ExpressionAttributeValues: { ':epoch': seen.epoch, ':incarnation': seen.incarnation },
  };
}

async function readAll<Row>({ dynamodb, tableName }: FleetStoreOptions, pk: string): Promise<Row[]> {
  const rows: Row[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
      deadline(),
    );
    for (const item of page.Items ?? []) {
      rows.push(Object.fromEntries(Object.entries(item).filter(([name]) => !keyNames.includes(name))) as Row);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return rows;
}
