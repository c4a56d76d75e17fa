import type * as z from 'zod/mini';
import type { StoredApiKey } from '../../core/accounts/stored-api-key.ts';
import type { User } from '../../core/accounts/user.ts';
import type { account, apiKey } from './schemas.ts';

/** A user as answered: never with the password hash. */
export function presentAccount({ userId, email, name, role, createdAt }: User): z.output<typeof account> {
  return { userId, email, name, role, createdAt };
}

/** A key as answered: never with its hash. */
export function presentKey(key: StoredApiKey): z.output<typeof apiKey> {
  return {
    keyId: key.keyId,
    name: key.name,
    lastFour: key.lastFour,
    scopes: key.scopes === '*' ? ['*'] : [...key.scopes],
    createdAt: key.createdAt,
    expiresAt: key.expiresAt ?? null,
    allowedCidrs: key.allowedCidrs === undefined ? null : [...key.allowedCidrs],
    lastUsedAt: key.lastUsedAt ?? null,
  };
}
