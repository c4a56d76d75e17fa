import type { GrantedScopes } from './scopes.ts';

/** A person who logged in. May do everything in their account. */
export interface UserPrincipal {
  readonly kind: 'user';
  readonly tenantId: string;
  readonly userId: string;
  readonly role: UserRole;
}

export interface AccountKeyPrincipal {
  readonly kind: 'account-key';
  readonly tenantId: string;
  readonly keyId: string;
  readonly scopes: GrantedScopes;
}

/** Sees one session and nothing else. */
export interface SessionKeyPrincipal {
  readonly kind: 'session-key';
  readonly tenantId: string;
  readonly keyId: string;
  readonly sessionId: string;
  readonly scopes: GrantedScopes;
}

/** Who calls. The tenant always comes from here, never from what the caller writes. */
export type Principal = UserPrincipal | AccountKeyPrincipal | SessionKeyPrincipal;

export type UserRole = 'user' | 'admin';
