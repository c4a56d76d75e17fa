import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Page, queryPage } from '../storage/query-page.ts';
import { runTransaction } from '../storage/run-transaction.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys, timeToLiveAttribute } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import type { StoredApiKey } from './stored-api-key.ts';

/** What authentication needs of a key. */
export type KeyCredential = Pick<
  StoredApiKey,
  'tenantId' | 'keyId' | 'kind' | 'sessionId' | 'scopes' | 'expiresAt' | 'allowedCidrs' | 'lastUsedAt'
>;

export interface ApiKeyRepository {
  /** Together with what is given besides. */
  create(key: StoredApiKey, besides?: readonly TransactItem[]): Promise<void>;
  findByHash(hash: string): Promise<KeyCredential | undefined>;
  /** Account keys of a tenant, newest first, with their last use. */
  list(tenantId: string, page: { readonly limit: number; readonly after?: string }): Promise<Page<StoredApiKey>>;
  /**
   * Together with what is given besides; false when the tenant has no such account key. The key stops working within the time that
   * authentication caches.
   */
  revoke(tenantId: string, keyId: string, besides?: readonly TransactItem[]): Promise<boolean>;
  /** Every key of one session: a handful. */
  ofSession(tenantId: string, sessionId: string): Promise<readonly StoredApiKey[]>;
  /** True when it was the first use ever, which only one of many callers at once is told. */
  recordUse(hash: string, at: string): Promise<boolean>;
}

/** An expired key stays known for this long, so that its caller learns that it expired. */
const expiredKeptSeconds = 30 * 86_400;

/** @example await createApiKeyRepository({ dynamodb, tableName }).findByHash(hash) */
export function createApiKeyRepository(table: Table): ApiKeyRepository {
  return {
    create: async (key, besides = []) => {
      const refusal = await runTransaction(table.dynamodb, [...apiKeyPuts(table.tableName, key), ...besides]);
      if (refusal !== undefined) throw new Error(`The key ${key.keyId} exists already.`);
    },
    findByHash: (hash) => readItem<KeyCredential>(table, tableKeys.keyHash(hash)),
    list: (tenantId, page) => listKeys(table, tenantId, page),
    revoke: (tenantId, keyId, besides = []) => revokeKey(table, { tenantId, keyId, besides }),
    ofSession: (tenantId, sessionId) => keysOfSession(table, tenantId, sessionId),
    recordUse: async (hash, at) => {
      const { Attributes } = await table.dynamodb.send(
        new UpdateCommand({
          TableName: table.tableName,
          Key: tableKeys.keyHash(hash),
          UpdateExpression: 'SET lastUsedAt = :at',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':at': at },
          ReturnValues: 'UPDATED_OLD',
        }),
      );
      return Attributes?.lastUsedAt === undefined;
    },
  };
}

/** The two items of a key, for a transaction that may hold more: one found by its hash, one listed under its tenant. */
export function apiKeyPuts(tableName: string, key: StoredApiKey): TransactItem[] {
  const { tenantId, keyId, kind, sessionId, scopes, expiresAt, allowedCidrs } = key;
  const put = (Item: Record<string, unknown>): TransactItem => ({
    Put: {
      TableName: tableName,
      Item: expiresAt === undefined ? Item : { ...Item, [timeToLiveAttribute]: goneAtSeconds(expiresAt) },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });
  return [
    put({ ...tableKeys.keyHash(key.hash), tenantId, keyId, kind, sessionId, scopes, expiresAt, allowedCidrs }),
    put({ ...listedKey(key), ...key }),
  ];
}

type KeyDeletion = { readonly Delete: NonNullable<TransactItem['Delete']> };

/** The deletion of both items of a key: the one found by its hash, then the listed one. */
export function apiKeyDeletes(tableName: string, key: StoredApiKey): [KeyDeletion, KeyDeletion] {
  const deletion = (Key: { pk: string; sk: string }): KeyDeletion => ({ Delete: { TableName: tableName, Key } });
  return [deletion(tableKeys.keyHash(key.hash)), deletion(listedKey(key))];
}

function listedKey({ tenantId, keyId, sessionId }: StoredApiKey): { pk: string; sk: string } {
  return sessionId === undefined ? tableKeys.apiKey(tenantId, keyId) : tableKeys.sessionKey(tenantId, sessionId, keyId);
}

function goneAtSeconds(expiresAt: string): number {
  return Math.floor(Date.parse(expiresAt) / 1_000) + expiredKeptSeconds;
}

async function listKeys(
  table: Table,
  tenantId: string,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<Page<StoredApiKey>> {
  const page = await queryPage<StoredApiKey>({
    ...table,
    key: tableKeys.apiKey(tenantId, ''),
    limit,
    newestFirst: true,
    ...(after === undefined ? {} : { after }),
  });
  return { ...page, items: await Promise.all(page.items.map((key) => withLastUse(table, key))) };
}

/** The last use stands with the hash, because that is the only row that every function may touch. */
async function withLastUse(table: Table, key: StoredApiKey): Promise<StoredApiKey> {
  const used = (await readItem<KeyCredential>(table, tableKeys.keyHash(key.hash)))?.lastUsedAt;
  return used === undefined ? key : { ...key, lastUsedAt: used };
}

async function revokeKey(
  table: Table,
  {
    tenantId,
    keyId,
    besides,
  }: { readonly tenantId: string; readonly keyId: string; readonly besides: readonly TransactItem[] },
): Promise<boolean> {
  const key = await readItem<StoredApiKey>(table, tableKeys.apiKey(tenantId, keyId));
  if (key === undefined) return false;
  // Of two that revoke at once one finds the row gone: the trail tells of it once.
  const [byHash, listed] = apiKeyDeletes(table.tableName, key);
  const condition = { ConditionExpression: 'attribute_exists(pk)' };
  const refusal = await runTransaction(table.dynamodb, [
    { Delete: { ...listed.Delete, ...condition } },
    byHash,
    ...besides,
  ]);
  return refusal === undefined;
}

async function keysOfSession(table: Table, tenantId: string, sessionId: string): Promise<readonly StoredApiKey[]> {
  const { pk, sk } = tableKeys.sessionKey(tenantId, sessionId, '');
  const answer = await table.dynamodb.send(
    new QueryCommand({
      TableName: table.tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
      ConsistentRead: true,
    }),
  );
  return (answer.Items ?? []) as StoredApiKey[];
}
