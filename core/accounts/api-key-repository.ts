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
  create(key: StoredApiKey): Promise<void>;
  findByHash(hash: string): Promise<KeyCredential | undefined>;
  /** Account keys of a tenant, newest first, with their last use. */
  list(tenantId: string, page: { readonly limit: number; readonly after?: string }): Promise<Page<StoredApiKey>>;
  /** False when the tenant has no such account key. The key stops working within the time that authentication caches. */
  revoke(tenantId: string, keyId: string): Promise<boolean>;
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
    create: async (key) => {
      const refusal = await runTransaction(table.dynamodb, apiKeyPuts(table.tableName, key));
      if (refusal !== undefined) throw new Error(`The key ${key.keyId} exists already.`);
    },
    findByHash: (hash) => readItem<KeyCredential>(table, tableKeys.keyHash(hash)),
    list: (tenantId, page) => listKeys(table, tenantId, page),
    revoke: (tenantId, keyId) => revokeKey(table, tenantId, keyId),
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

/** The deletion of both items of a key. */
export function apiKeyDeletes(tableName: string, key: StoredApiKey): TransactItem[] {
  return [tableKeys.keyHash(key.hash), listedKey(key)].map((Key) => ({ Delete: { TableName: tableName, Key } }));
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

async function revokeKey(table: Table, tenantId: string, keyId: string): Promise<boolean> {
  const key = await readItem<StoredApiKey>(table, tableKeys.apiKey(tenantId, keyId));
  if (key === undefined) return false;
  await runTransaction(table.dynamodb, apiKeyDeletes(table.tableName, key));
  return true;
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
