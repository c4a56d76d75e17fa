import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { type Page, queryPage } from '../storage/query-page.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableIndexes, tableKeys } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import type { Session, SessionLinking } from './session.ts';
import type { DesiredState, SessionStatus } from './session-status.ts';

/** What a tenant may change of a session. */
export interface SessionChange {
  readonly name?: string | undefined;
  readonly metadata?: Session['metadata'] | undefined;
  readonly settings?: Session['settings'] | undefined;
  readonly autoReply?: Session['autoReply'] | undefined;
  /** `null` takes it away. */
  readonly sealedProxyUrl?: Uint8Array | null | undefined;
}

export interface SessionPage {
  readonly limit: number;
  readonly after?: string;
  readonly status?: SessionStatus | undefined;
  readonly namePrefix?: string | undefined;
}

/**
 * Session rows as the API sees them. A session that is being deleted is not there any more for anybody but its connector, so every
 * method treats it as missing. `undefined` means: the tenant has no such session.
 */
export interface SessionRepository {
  find(tenantId: string, sessionId: string): Promise<Session | undefined>;
  /** Newest first. A page may be shorter than its limit, and still have a `next`, when a filter leaves few. */
  list(tenantId: string, page: SessionPage): Promise<Page<Session>>;
  update(tenantId: string, sessionId: string, change: SessionChange): Promise<Session | undefined>;
  /** Writes the intent and counts `desiredRev` up, so that the connector acts even when `desired` stays the same. */
  setDesired(
    tenantId: string,
    sessionId: string,
    desired: Exclude<DesiredState, 'deleted'>,
  ): Promise<Session | undefined>;
  /** Notes the number that asks for a pairing code and throws away the answer to an earlier request. */
  requestPairing(
    tenantId: string,
    sessionId: string,
    request: { readonly phone: string; readonly restart: boolean },
  ): Promise<Session | undefined>;
  findLinking(tenantId: string, sessionId: string): Promise<SessionLinking | undefined>;
}

export interface SessionRepositoryOptions extends Table {
  readonly now?: () => number;
}

/** Every wish counts up, and needs a connector until it has been seen to: its index has the key of the shard. */
const newWish = `desiredRev = desiredRev + :one, ${tableIndexes.byNeed.partitionKey} = ${tableIndexes.byShard.partitionKey}`;

/** @example await createSessionRepository({ dynamodb, tableName }).find(tenantId, sessionId) */
export function createSessionRepository(options: SessionRepositoryOptions): SessionRepository {
  const { dynamodb, tableName } = options;
  const now = () => new Date((options.now ?? Date.now)()).toISOString();
  const write = (tenantId: string, sessionId: string, changes: Readonly<Record<string, unknown>>, countsUp: boolean) =>
    updateSession({ dynamodb, tableName }, tableKeys.session(tenantId, sessionId), changes, countsUp);
  return {
    find: async (tenantId, sessionId) => {
      const session = await readItem<Session>(options, tableKeys.session(tenantId, sessionId));
      return session?.desired === 'deleted' ? undefined : session;
    },
    list: (tenantId, { limit, after, status, namePrefix }) =>
      queryPage<Session>({
        dynamodb,
        tableName,
        key: tableKeys.session(tenantId, ''),
        limit,
        newestFirst: true,
        filter: listFilter(status, namePrefix),
        ...(after === undefined ? {} : { after }),
      }),
    update: (tenantId, sessionId, change) => write(tenantId, sessionId, { ...change, updatedAt: now() }, false),
    setDesired: (tenantId, sessionId, desired) => write(tenantId, sessionId, { desired, updatedAt: now() }, true),
    requestPairing: async (tenantId, sessionId, { phone, restart }) => {
      await forgetPairing({ dynamodb, tableName }, tenantId, sessionId);
      const wish = { desired: 'connected', pairingPhone: phone, pairingRequestedAt: now(), updatedAt: now() };
      return write(tenantId, sessionId, wish, restart);
    },
    findLinking: (tenantId, sessionId) =>
      readItem<SessionLinking>(options, tableKeys.sessionLinking(tenantId, sessionId)),
  };
}

function listFilter(status: SessionStatus | undefined, namePrefix: string | undefined) {
  const asked = [
    { attribute: 'status', value: status, condition: '#status = :status' },
    { attribute: 'name', value: namePrefix, condition: 'begins_with(#name, :name)' },
  ].filter(({ value }) => value !== undefined);
  return {
    expression: ['#desired <> :deleted', ...asked.map(({ condition }) => condition)].join(' AND '),
    names: Object.fromEntries(
      ['desired', ...asked.map(({ attribute }) => attribute)].map((name) => [`#${name}`, name]),
    ),
    values: { ':deleted': 'deleted', ...Object.fromEntries(asked.map((part) => [`:${part.attribute}`, part.value])) },
  };
}

/** The item of a new session, for the transaction that makes its keys and webhook too. */
export function sessionPut(tableName: string, session: Session): TransactItem {
  return {
    Put: {
      TableName: tableName,
      Item: {
        ...tableKeys.session(session.tenantId, session.sessionId),
        ...tableIndexes.byShard.keys(session.shard, session.sessionId),
        ...tableIndexes.byNeed.keys(session.shard),
        ...session,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The part of a transaction that is refused when the session is gone: what belongs to a session is never made without it. */
export function sessionCheck(tableName: string, { tenantId, sessionId }: Session): TransactItem {
  return {
    ConditionCheck: {
      TableName: tableName,
      Key: tableKeys.session(tenantId, sessionId),
      ConditionExpression: 'attribute_exists(pk) AND desired <> :deleted',
      ExpressionAttributeValues: { ':deleted': 'deleted' },
    },
  };
}

/** Marks a session as unwanted; the connector logs it out, deletes its keys and removes the row. */
export function sessionDeletion(tableName: string, session: Session, at: string): TransactItem {
  return {
    Update: {
      TableName: tableName,
      Key: tableKeys.session(session.tenantId, session.sessionId),
      UpdateExpression: `SET desired = :deleted, updatedAt = :at, ${newWish}`,
      ConditionExpression: 'attribute_exists(pk) AND desired <> :deleted',
      ExpressionAttributeValues: { ':deleted': 'deleted', ':at': at, ':one': 1 },
    },
  };
}

async function updateSession(
  { dynamodb, tableName }: Table,
  key: { readonly pk: string; readonly sk: string },
  changes: Readonly<Record<string, unknown>>,
  countsUp: boolean,
): Promise<Session | undefined> {
  const names = Object.keys(changes).filter((name) => changes[name] !== undefined);
  const sets = names.filter((name) => changes[name] !== null).map((name) => `#${name} = :${name}`);
  const removed = names.filter((name) => changes[name] === null).map((name) => `#${name}`);
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: `SET ${(countsUp ? [...sets, newWish] : sets).join(', ')}${removed.length === 0 ? '' : ` REMOVE ${removed.join(', ')}`}`,
        ConditionExpression: 'attribute_exists(pk) AND #desired <> :gone',
        ExpressionAttributeNames: {
          '#desired': 'desired',
          ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: {
          ':gone': 'deleted',
          ...(countsUp ? { ':one': 1 } : {}),
          ...Object.fromEntries(
            names.filter((name) => changes[name] !== null).map((name) => [`:${name}`, changes[name]]),
          ),
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes as Session | undefined;
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}

/** There is no row before the first QR and after linking; then there is nothing to forget. */
async function forgetPairing({ dynamodb, tableName }: Table, tenantId: string, sessionId: string): Promise<void> {
  try {
    await dynamodb.send(
      new UpdateCommand({
        TableName: tableName,
        Key: tableKeys.sessionLinking(tenantId, sessionId),
        UpdateExpression: 'REMOVE pairingCode, pairingCodeExpiresAt, pairingError',
        ConditionExpression: 'attribute_exists(pk)',
      }),
    );
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}
