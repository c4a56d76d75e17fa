import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Session, SessionOwner } from '../../core/sessions/session.ts';
import { isAtRest } from '../../core/sessions/session-status.ts';
import { tableIndexes, tableKeys } from '../../core/storage/table-keys.ts';
import { deadline, isRefused } from './deadline.ts';
import { unlessRefused } from './unless-refused.ts';

/** Names of a session: enough to find its row. */
export interface SessionName {
  readonly tenantId: string;
  readonly sessionId: string;
}

/** What a connector may write of a session; `null` removes. */
export type SessionStateChange = {
  readonly [Field in
    | 'status'
    | 'statusRev'
    | 'statusReason'
    | 'statusSince'
    | 'statusHistory'
    | 'handledRev'
    | 'until'
    | 'phone'
    | 'lid'
    | 'pushName'
    | 'linkedAt'
    | 'sending'
    | 'lastReceivedAt'
    | 'lastSentAt'
    | 'lastProbe'
    | 'updatedAt']?: Session[Field] | null;
};

/**
 * Session rows as the owner of their shard sees them. Every write carries the owner's epoch and incarnation as a fence; `false`
 * says that the row has another owner, or is gone.
 */
export interface SessionStateStore {
  /** Sessions of a shard, by the index: what was created in the last moments may be missing. */
  listOfShard(shard: number): Promise<SessionName[]>;
  find(name: SessionName): Promise<Session | undefined>;
  /** Makes the writer the owner unless a later epoch owns the row, and returns the row. */
  takeOver(name: SessionName, owner: SessionOwner): Promise<Session | undefined>;
  write(name: SessionName, owner: SessionOwner, change: SessionStateChange): Promise<boolean>;
  remove(name: SessionName, owner: SessionOwner): Promise<boolean>;
}

export interface ControlTable {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}

const fenced = '#owner.#epoch = :epoch AND #owner.#incarnation = :incarnation';
const fenceNames = { '#owner': 'owner', '#epoch': 'epoch', '#incarnation': 'incarnation' };
const fenceValues = (owner: SessionOwner) => ({ ':epoch': owner.epoch, ':incarnation': owner.incarnation });

/** @example const sessions = createSessionStateStore({ dynamodb, tableName: 'wharf-control' }); */
export function createSessionStateStore(table: ControlTable): SessionStateStore {
  const { dynamodb, tableName } = table;
  return {
    listOfShard: (shard) => listOfShard(table, shard),
    find: async ({ tenantId, sessionId }) => {
      const input = { TableName: tableName, Key: tableKeys.session(tenantId, sessionId), ConsistentRead: true };
      const { Item } = await dynamodb.send(new GetCommand(input), deadline());
      return Item as Session | undefined;
    },
    takeOver: (name, owner) => takeOver(table, name, owner),
    write: (name, owner, change) => writeState(table, name, owner, change),
    remove: ({ tenantId, sessionId }, owner) =>
      unlessRefused(
        dynamodb.send(
          new DeleteCommand({
            TableName: tableName,
            Key: tableKeys.session(tenantId, sessionId),
            ConditionExpression: fenced,
            ExpressionAttributeNames: fenceNames,
            ExpressionAttributeValues: fenceValues(owner),
          }),
          deadline(),
        ),
      ),
  };
}

async function listOfShard({ dynamodb, tableName }: ControlTable, shard: number): Promise<SessionName[]> {
  const { byShard } = tableIndexes;
  const names: SessionName[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: byShard.name,
        KeyConditionExpression: '#shard = :shard',
        ExpressionAttributeNames: { '#shard': byShard.partitionKey },
        ExpressionAttributeValues: { ':shard': byShard.keys(shard, '').shardPk },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
      deadline(),
    );
    for (const { pk, [byShard.sortKey]: sessionId } of page.Items ?? []) {
      names.push({ tenantId: String(pk).slice('TENANT#'.length), sessionId: String(sessionId) });
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return names;
}

async function takeOver(
  { dynamodb, tableName }: ControlTable,
  { tenantId, sessionId }: SessionName,
  owner: SessionOwner,
): Promise<Session | undefined> {
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: tableName,
        Key: tableKeys.session(tenantId, sessionId),
        UpdateExpression: 'SET #owner = :owner',
        ConditionExpression: `attribute_exists(pk) AND (attribute_not_exists(#owner) OR #owner.#epoch < :epoch OR (${fenced}))`,
        ExpressionAttributeNames: fenceNames,
        ExpressionAttributeValues: { ':owner': owner, ...fenceValues(owner) },
        ReturnValues: 'ALL_NEW',
      }),
      deadline(),
    );
    return Attributes as Session | undefined;
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/**
 * A session that comes to rest needs no connector any more, unless its tenant has wished something new meanwhile: then the change is
 * written without that.
 */
async function writeState(
  table: ControlTable,
  name: SessionName,
  owner: SessionOwner,
  change: SessionStateChange,
): Promise<boolean> {
  const { status, handledRev } = change;
  const rests = status != null && handledRev != null && isAtRest(status);
  if (rests && (await write(table, name, owner, change, handledRev))) return true;
  return write(table, name, owner, change);
}

function write(
  { dynamodb, tableName }: ControlTable,
  { tenantId, sessionId }: SessionName,
  owner: SessionOwner,
  change: SessionStateChange,
  restsAtRev?: number,
): Promise<boolean> {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  const sets = entries.filter(([, value]) => value !== null);
  const removes = entries.filter(([, value]) => value === null).map(([name]) => `#${name}`);
  const rests = restsAtRev !== undefined;
  if (rests) removes.push(tableIndexes.byNeed.partitionKey);
  const clauses = [
    sets.length === 0 ? '' : `SET ${sets.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    removes.length === 0 ? '' : `REMOVE ${removes.join(', ')}`,
  ];
  return unlessRefused(
    dynamodb.send(
      new UpdateCommand({
        TableName: tableName,
        Key: tableKeys.session(tenantId, sessionId),
        UpdateExpression: clauses.join(' ').trim(),
        ConditionExpression: rests ? `${fenced} AND desiredRev = :restsAtRev` : fenced,
        ExpressionAttributeNames: { ...fenceNames, ...Object.fromEntries(entries.map(([name]) => [`#${name}`, name])) },
        ExpressionAttributeValues: {
          ...fenceValues(owner),
          ...(rests ? { ':restsAtRev': restsAtRev } : {}),
          ...Object.fromEntries(sets.map(([name, value]) => [`:${name}`, value])),
        },
      }),
      deadline(),
    ),
  );
}
