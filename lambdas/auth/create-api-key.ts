import type * as z from 'zod/mini';
import { newApiKey } from '../../core/accounts/api-key.ts';
import type { ApiKeyRepository } from '../../core/accounts/api-key-repository.ts';
import type { StoredApiKey } from '../../core/accounts/stored-api-key.ts';
import { newId } from '../../core/ids.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { presentKey } from './present.ts';
import type { createdApiKey, createKeyBody } from './schemas.ts';

export interface CreateApiKeyParts {
  readonly keys: Pick<ApiKeyRepository, 'create'>;
  readonly now: () => number;
}

/** Makes an account key and shows it this once. Throws `VALIDATION_FAILED` when it would be expired at once. */
export async function createApiKey(
  tenantId: string,
  { name, scopes, expiresAt }: z.output<typeof createKeyBody>,
  { keys, now }: CreateApiKeyParts,
): Promise<z.output<typeof createdApiKey>> {
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now()) {
    const message = 'This moment has passed.';
    throw new WharfError('VALIDATION_FAILED', { detail: message, errors: [{ pointer: '/expiresAt', message }] });
  }
  const { key, hash, lastFour } = newApiKey('account');
  const stored: StoredApiKey = {
    tenantId,
    keyId: newId('key'),
    kind: 'account',
    name,
    lastFour,
    hash,
    scopes: scopes ?? '*',
    createdAt: new Date(now()).toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
  };
  await keys.create(stored);
  return { ...presentKey(stored), key };
}
