import type { Plan } from '../plans/plan.ts';
import type { GrantedScopes } from './scopes.ts';

interface OfAccount {
  readonly tenantId: string;
  /** What the account may use, at most 30 s old. */
  readonly plan: Plan;
}

/** A person who logged in. May do everything in their account. */
export interface UserPrincipal extends OfAccount {
  readonly kind: 'user';
  readonly userId: string;
  readonly role: UserRole;
}

export interface AccountKeyPrincipal extends OfAccount {
  readonly kind: 'account-key';
  readonly keyId: string;
  readonly scopes: GrantedScopes;
}

/** Sees one session and nothing else. */
export interface SessionKeyPrincipal extends OfAccount {
  readonly kind: 'session-key';
  readonly keyId: string;
  readonly sessionId: string;
  readonly scopes: GrantedScopes;
}

/** Who calls. The tenant always comes from here, never from what the caller writes. */
export type Principal = UserPrincipal | AccountKeyPrincipal | SessionKeyPrincipal;

export type UserRole = 'user' | 'admin';
