import { BoundedCache } from '../cache/bounded-cache.ts';
import type { Plan } from '../plans/plan.ts';
import { WharfError } from '../wharf-error.ts';
import type { FindStanding } from './account-standing.ts';
import { isAllowedAddress } from './allowed-networks.ts';
import { parseApiKey } from './api-key.ts';
import type { ApiKeyRepository, KeyCredential } from './api-key-repository.ts';
import type { Principal } from './principal.ts';
import type { RequestClient } from './request-client.ts';
import type { VerifyAccessToken } from './verify-access-token.ts';

/** What a request brought, by kind. */
export type Credential =
  | { readonly kind: 'api-key'; readonly text: string }
  | { readonly kind: 'token'; readonly text: string };

export type Authenticate = (credential: Credential, client: RequestClient) => Promise<Principal>;

export interface AuthenticatorOptions {
  readonly keys: Pick<ApiKeyRepository, 'findByHash' | 'recordUse'>;
  readonly verifyToken: VerifyAccessToken;
  readonly findStanding: FindStanding;
  /** Told of the first use of a key, once. */
  readonly onFirstUse: (key: KeyCredential, client: RequestClient) => Promise<void>;
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
 * Turns a credential into the one who calls. A key costs one read, and its account another, then none for twenty seconds; a key with
 * a wrong checksum costs none at all. Throws `CREDENTIAL_INVALID`, `CREDENTIAL_EXPIRED`, `ADDRESS_NOT_ALLOWED` or `ACCOUNT_SUSPENDED`.
 *
 * @example await createAuthenticator(options)({ kind: 'api-key', text: 'wharf_ak_…' }, client) // { kind: 'account-key', tenantId: … }
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticate {
  const now = options.now ?? Date.now;
  const found = new BoundedCache<string, KeyCredential | 'unknown'>({
    entriesMax: cachedKeysMax,
    maxAgeMs: cacheMs,
    now,
  });
  const usedAt = new BoundedCache<string, number>({ entriesMax: cachedKeysMax });

  const recordUse = async (hash: string, key: KeyCredential, client: RequestClient) => {
    const last = Math.max(usedAt.get(hash) ?? 0, Date.parse(key.lastUsedAt ?? '') || 0);
    if (now() - last < recordedUseMs) return;
    usedAt.set(hash, now());
    try {
      const isFirst = await options.keys.recordUse(hash, new Date(now()).toISOString());
      if (isFirst) await options.onFirstUse(key, client);
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

  const standingOf = async (tenantId: string) => {
    const standing = await options.findStanding(tenantId);
    if (standing === undefined) throw new WharfError('CREDENTIAL_INVALID');
    if (standing.isSuspended)
      throw new WharfError('ACCOUNT_SUSPENDED', { detail: 'Ask the operator of this service.' });
    return standing;
  };

  return async ({ kind, text }, client) => {
    if (kind === 'token') {
      const { userId } = await options.verifyToken(text);
      const { role, plan } = await standingOf(userId);
      return { kind: 'user', tenantId: userId, userId, role, plan };
    }
    const parsed = parseApiKey(text);
    const key = parsed === undefined ? undefined : await findKey(parsed.hash);
    if (parsed === undefined || key === undefined) throw new WharfError('CREDENTIAL_INVALID');
    if (key.expiresAt !== undefined && Date.parse(key.expiresAt) <= now()) throw new WharfError('CREDENTIAL_EXPIRED');
    if (key.allowedCidrs !== undefined && !isAllowedAddress(client.address, key.allowedCidrs)) {
      throw new WharfError('ADDRESS_NOT_ALLOWED');
    }
    const { plan } = await standingOf(key.tenantId);
    await recordUse(parsed.hash, key, client);
    return principalOf(key, plan);
  };
}

function principalOf({ tenantId, keyId, kind, sessionId, scopes }: KeyCredential, plan: Plan): Principal {
  if (kind === 'account') return { kind: 'account-key', tenantId, plan, keyId, scopes };
  if (sessionId === undefined) throw new Error(`The session key ${keyId} names no session.`);
  return { kind: 'session-key', tenantId, plan, keyId, sessionId, scopes };
}
