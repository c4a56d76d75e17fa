import type * as z from 'zod/mini';
import { newApiKey } from '../../core/accounts/api-key.ts';
import type { StoredApiKey } from '../../core/accounts/stored-api-key.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { type AuthParts, originNote, type RequestOrigin } from './auth-parts.ts';
import { presentKey } from './present.ts';
import type { createdApiKey, createKeyBody } from './schemas.ts';

/** Makes an account key and shows it this once. Throws `VALIDATION_FAILED` when it would be expired at once. */
export async function createApiKey(
  request: {
    readonly userId: string;
    readonly keyId: string;
    readonly body: z.output<typeof createKeyBody>;
    readonly origin: RequestOrigin;
  },
  { keys, audit, now }: Pick<AuthParts, 'keys' | 'audit' | 'now'>,
): Promise<z.output<typeof createdApiKey>> {
  const { userId, keyId, origin } = request;
  const { name, scopes, expiresAt, allowedCidrs } = request.body;
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now()) {
    const message = 'This moment has passed.';
    throw new WharfError('VALIDATION_FAILED', { detail: message, errors: [{ pointer: '/expiresAt', message }] });
  }
  const { key, hash, lastFour } = newApiKey('account');
  const stored: StoredApiKey = {
    tenantId: userId,
    keyId,
    kind: 'account',
    name,
    lastFour,
    hash,
    scopes: scopes ?? '*',
    createdAt: new Date(now()).toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
    ...(allowedCidrs === undefined ? {} : { allowedCidrs }),
  };
  // An attempt under the same Idempotency-Key that broke off may have left a key that nobody has seen.
  await keys.revoke(userId, keyId);
  await keys.create(stored, [
    audit.entryItem({
      tenantId: userId,
      action: 'api_key.created',
      actor: { kind: 'user', id: userId },
      subjectId: keyId,
      details: { lastFour },
      ...originNote(origin),
    }),
  ]);
  return { ...presentKey(stored), key };
}
