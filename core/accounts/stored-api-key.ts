import type { ApiKeyKind } from './api-key.ts';
import type { GrantedScopes } from './scopes.ts';

/** A key as stored: everything but its text. */
export interface StoredApiKey {
  readonly tenantId: string;
  readonly keyId: string;
  readonly kind: ApiKeyKind;
  /** Session keys only. */
  readonly sessionId?: string;
  readonly name: string;
  readonly lastFour: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  readonly scopes: GrantedScopes;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt?: string;
  /** Networks from which the key works, in CIDR notation; missing means everywhere. */
  readonly allowedCidrs?: readonly string[];
  /** Correct to the hour. */
  readonly lastUsedAt?: string;
}
