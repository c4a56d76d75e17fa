import { BoundedCache } from '../cache/bounded-cache.ts';
import { WharfError } from '../wharf-error.ts';
import { parseApiKey } from './api-key.ts';
import type { ApiKeyRepository, KeyCredential } from './api-key-repository.ts';
import type { Principal } from './principal.ts';
import type { VerifyAccessToken } from './verify-access-token.ts';

/** What a request brought, by kind. */
export type Credential =
  | { readonly kind: 'api-key'; readonly text: string }
  | { readonly kind: 'token'; readonly text: string };

export interface AuthenticatorOptions {
  readonly keys: Pick<ApiKeyRepository, 'findByHash' | 'recordUse'>;
  readonly verifyToken: VerifyAccessToken;
  /** Told when the last use of a key could not be written, which no caller should suffer from. */
  readonly onUseNotRecorded: (error: unknown) => void;
  readonly now?: () => number;
}

/** A revoked key works no longer than this in a function that has seen it; 30 s are promised. */
const cacheMs = 20_000;
const cachedKeysMax = 10_000;
/** The last use is correct to the hour, so that a busy key costs one write an hour and not one a request. */
const recordedUseMs = 3_600_000;

/**
 * Turns a credential into the one who calls. A key costs one read, then none for twenty seconds; a key with a wrong checksum costs
 * none at all. Throws `CREDENTIAL_INVALID` or `CREDENTIAL_EXPIRED`.
 *
 * @example await createAuthenticator(options)({ kind: 'api-key', text: 'wharf_ak_…' }) // { kind: 'account-key', tenantId: … }
 */
export function createAuthenticator(options: AuthenticatorOptions): (credential: Credential) => Promise<Principal> {
  const now = options.now ?? Date.now;
  const found = new BoundedCache<string, KeyCredential | 'unknown'>({
    entriesMax: cachedKeysMax,
    maxAgeMs: cacheMs,
    now,
  });
  const usedAt = new BoundedCache<string, number>({ entriesMax: cachedKeysMax });

  const recordUse = async (hash: string, key: KeyCredential) => {
    const last = Math.max(usedAt.get(hash) ?? 0, Date.parse(key.lastUsedAt ?? '') || 0);
    if (now() - last < recordedUseMs) return;
    usedAt.set(hash, now());
    try {
      await options.keys.recordUse(hash, new Date(now()).toISOString());
    } catch (error) {
      options.onUseNotRecorded(error);
    }
  };

  const findKey = async (hash: string): Promise<KeyCredential | undefined> => {
    const cached = found.get(hash);
    if (cached !== undefined) return cached === 'unknown' ? undefined : cached;
    const key = await options.keys.findByHash(hash);
    found.set(hash, key ?? 'unknown');
    return key;
  };

  return async ({ kind, text }) => {
    if (kind === 'token') return options.verifyToken(text);
    const parsed = parseApiKey(text);
    const key = parsed === undefined ? undefined : await findKey(parsed.hash);
    if (parsed === undefined || key === undefined) throw new WharfError('CREDENTIAL_INVALID');
    if (key.expiresAt !== undefined && Date.parse(key.expiresAt) <= now()) throw new WharfError('CREDENTIAL_EXPIRED');
    await recordUse(parsed.hash, key);
    return principalOf(key);
  };
}

function principalOf({ tenantId, keyId, kind, sessionId, scopes }: KeyCredential): Principal {
  if (kind === 'account') return { kind: 'account-key', tenantId, keyId, scopes };
  if (sessionId === undefined) throw new Error(`The session key ${keyId} names no session.`);
  return { kind: 'session-key', tenantId, keyId, sessionId, scopes };
}
