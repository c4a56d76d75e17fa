import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Sealer } from '../../core/sealing/sealer.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from '../storage/deadline.ts';
import { credentialsName, DynamodbVault, toFailure } from './dynamodb-vault.ts';
import { KeyItems } from './key-items.ts';
import type { KeyVault } from './key-vault.ts';
import { decodeValue } from './value-codec.ts';

export interface OpenVaultOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly sealer: Sealer;
  readonly tenantId: string;
  readonly sessionId: string;
  /** Epoch of the shard's ownership. */
  readonly epoch: number;
}

/**
 * Opens the vault of a session. The first write bumps the epoch and the number of openings on the credentials item, so that an
 * older owner is refused from then on; only then is anything read. Throws `KeyVaultError` with `fenced` when a newer owner is
 * there already.
 *
 * @example const vault = await openVault({ dynamodb, tableName, sealer, tenantId, sessionId, epoch: 7 });
 */
export async function openVault(options: OpenVaultOptions): Promise<KeyVault> {
  const { dynamodb, tableName, sealer, tenantId, sessionId, epoch } = options;
  const { pk, sk } = tableKeys.credentials(tenantId, sessionId);
  const seal = {
    seal: (name: string, encoded: Uint8Array) => sealer.seal(tenantId, encoded, `keys/${sessionId}/${name}`),
    open: (name: string, sealed: Uint8Array) => sealer.open(tenantId, sealed, `keys/${sessionId}/${name}`),
  };
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { pk, sk },
        UpdateExpression: 'SET #epoch = :epoch ADD #opening :one',
        ConditionExpression: 'attribute_not_exists(#epoch) OR #epoch <= :epoch',
        ExpressionAttributeNames: { '#epoch': 'epoch', '#opening': 'opening' },
        ExpressionAttributeValues: { ':epoch': epoch, ':one': 1 },
        ReturnValues: 'ALL_NEW',
      }),
      deadline(),
    );
    const sealed = Attributes?.value as Uint8Array | undefined;
    return new DynamodbVault({
      items: new KeyItems({ dynamodb, tableName, pk }),
      seal,
      opening: Attributes?.opening as number,
      credentials: sealed === undefined ? undefined : decodeValue(await seal.open(credentialsName, sealed)),
    });
  } catch (error) {
    throw toFailure(error);
  }
}
