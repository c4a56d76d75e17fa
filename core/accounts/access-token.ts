/**
 * A login token: a JWT signed with HMAC-SHA-256, good for fifteen minutes. All of ours have the same header, so it is a constant: a token
 * with any other header, be it another algorithm, `none`, or a key to look up, is not one of ours before a word of it is parsed.
 */
export const accessToken = {
  /** Short: whoever has a copy of one has the account for this long. */
  lifeSeconds: 15 * 60,
  issuer: 'wharf',
  audience: 'wharf-api',
  /** `typ` says what the token is for, so that no other kind of token of ours passes as one. */
  header: Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt' })).toString('base64url'),
} as const;

export interface AccessTokenOptions {
  readonly signingKey: () => Promise<Uint8Array>;
  readonly now?: () => number;
}

/** What a token says. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly aud: string;
  /** User id. */
  readonly sub: string;
  readonly role: string;
  readonly jti: string;
  /** Seconds since the epoch, as the next two. */
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
}
