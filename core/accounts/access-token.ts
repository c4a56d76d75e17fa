/**
 * A login token: HS256, for fifteen minutes. Issuing and verifying stand apart, because one function issues and all verify, and each
 * carries only its half of the JWT library.
 */
export const accessToken = {
  /** Short, because a token is not looked up: what an account may do must be felt within this time. */
  lifeSeconds: 15 * 60,
  issuer: 'wharf',
  audience: 'wharf-api',
  /** Says what the token is for, so that no other kind of token of ours passes as one. */
  type: 'at+jwt',
  /** The one algorithm, also for verification: what the token's header names counts for nothing. */
  algorithm: 'HS256',
} as const;

export interface AccessTokenOptions {
  readonly signingKey: () => Promise<Uint8Array>;
  readonly now?: () => number;
}
