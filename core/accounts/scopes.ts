/** What a key may do. Session keys are bound to their session besides. */
export const scopes = [
  'sessions:read',
  'sessions:write',
  'messages:read',
  'messages:send',
  'webhooks:manage',
  /** Usage and audit trail of the account. */
  'account:read',
] as const;

export type Scope = (typeof scopes)[number];

/** Scopes of a key as stored: a list, or everything, also what is invented later. */
export type GrantedScopes = readonly Scope[] | '*';

/** @example hasScope(['sessions:read'], 'messages:send') // false */
export function hasScope(granted: GrantedScopes, wanted: Scope): boolean {
  return granted === '*' || granted.includes(wanted);
}
