import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { BoundedCache } from '../cache/bounded-cache.ts';
import { tableKeys } from '../storage/table-keys.ts';

export interface DataKeyStoreOptions {
  readonly kms: KMSClient;
  /** Id or ARN of the KMS key that wraps the tenants' data keys. */
  readonly keyId: string;
  readonly dynamodb: DynamoDBDocumentClient;
  /** Table with the wrapped keys: `control` for the API functions, `keys` for the connector. */
  readonly tableName: string;
  /** Each call to KMS and the table must answer within this. Default five seconds. */
  readonly callMs?: number;
}

/** A hung call holds everything that waits for the tenant's keys. */
const defaultCallMs = 5_000;
/** Tenants whose unwrapped key one process keeps: 32 bytes each, so the bound is about KMS calls, not memory. */
const cachedKeysMax = 2_000;

/**
 * Gives each tenant's 32-byte data key, made on first use and stored only as KMS wrapped it. Two processes that make a
 * tenant's first key at the same moment agree: the first write wins, the other reads it.
 *
 * @example const key = await createDataKeyStore(options)('usr_…')
 */
export function createDataKeyStore(options: DataKeyStoreOptions): (tenantId: string) => Promise<Uint8Array> {
  const cache = new BoundedCache<string, Promise<Uint8Array>>({ entriesMax: cachedKeysMax });
  return (tenantId) => {
    const cached = cache.get(tenantId);
    if (cached !== undefined) return cached;
    const loading = loadOrMakeKey(options, tenantId);
    cache.set(tenantId, loading);
    // A failed load must not be remembered; the caller gets the error from `loading` itself.
    loading.catch(() => cache.delete(tenantId));
    return loading;
  };
}

function deadline({ callMs = defaultCallMs }: DataKeyStoreOptions): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(callMs) };
}

async function loadOrMakeKey(options: DataKeyStoreOptions, tenantId: string): Promise<Uint8Array> {
  const wrapped = (await readWrappedKey(options, tenantId)) ?? (await makeWrappedKey(options, tenantId));
  const answer = await options.kms.send(
    new DecryptCommand({ KeyId: options.keyId, CiphertextBlob: wrapped, EncryptionContext: { tenantId } }),
    deadline(options),
  );
  if (answer.Plaintext?.length !== 32) throw new Error('KMS did not return a 32-byte data key.');
  return answer.Plaintext;
}

async function readWrappedKey(options: DataKeyStoreOptions, tenantId: string): Promise<Uint8Array | undefined> {
  const { Item } = await options.dynamodb.send(
    new GetCommand({ TableName: options.tableName, Key: tableKeys.dataKey(tenantId), ConsistentRead: true }),
    deadline(options),
  );
  return Item?.wrapped as Uint8Array | undefined;
}

async function makeWrappedKey(options: DataKeyStoreOptions, tenantId: string): Promise<Uint8Array> {
  const made = await options.kms.send(
    new GenerateDataKeyCommand({ KeyId: options.keyId, KeySpec: 'AES_256', EncryptionContext: { tenantId } }),
    deadline(options),
  );
  if (made.CiphertextBlob === undefined) throw new Error('KMS did not return a wrapped data key.');
  try {
    await options.dynamodb.send(
      new PutCommand({
        TableName: options.tableName,
        Item: { ...tableKeys.dataKey(tenantId), wrapped: made.CiphertextBlob, createdAt: new Date().toISOString() },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
      deadline(options),
    );
    return made.CiphertextBlob;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
    const winner = await readWrappedKey(options, tenantId);
    if (winner === undefined) throw error;
    return winner;
  }
}
