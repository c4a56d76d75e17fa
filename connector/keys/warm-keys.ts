import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Sealer } from '../../core/sealing/sealer.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from '../storage/deadline.ts';
import { credentialsName } from './dynamodb-vault.ts';

export interface WarmKeysOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly sealer: Sealer;
  readonly tenantId: string;
  readonly sessionId: string;
}

/**
 * Reads a session's credentials and forgets them: what stays warm is the tenant's unwrapped data key and the connection to the
 * table. Nothing is kept, since only what is read after the opening's own write is safe to use.
 */
export async function warmKeys({ dynamodb, tableName, sealer, tenantId, sessionId }: WarmKeysOptions): Promise<void> {
  const Key = tableKeys.credentials(tenantId, sessionId);
  const { Item } = await dynamodb.send(new GetCommand({ TableName: tableName, Key }), deadline());
  const sealed = Item?.value as Uint8Array | undefined;
  if (sealed !== undefined) await sealer.open(tenantId, sealed, `keys/${sessionId}/${credentialsName}`);
}
