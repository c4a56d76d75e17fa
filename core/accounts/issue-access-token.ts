import { createHmac, randomUUID } from 'node:crypto';
import { type AccessTokenClaims, type AccessTokenOptions, accessToken } from './access-token.ts';
import type { UserRole } from './principal.ts';

export interface IssuedToken {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export type IssueAccessToken = (user: { readonly userId: string; readonly role: UserRole }) => Promise<IssuedToken>;

/** Clocks of two functions differ by less; without it a token could be refused in its first second. */
const notBeforeSlackSeconds = 5;

/**
 * Issues login tokens.
 *
 * @example const { token } = await createAccessTokenIssuer({ signingKey })({ userId, role: 'user' });
 */
export function createAccessTokenIssuer(options: AccessTokenOptions): IssueAccessToken {
  return async ({ userId, role }) => {
    const iat = Math.floor((options.now ?? Date.now)() / 1_000);
    const exp = iat + accessToken.lifeSeconds;
    const claims: AccessTokenClaims = {
      iss: accessToken.issuer,
      aud: accessToken.audience,
      sub: userId,
      role,
      jti: randomUUID(),
      iat,
      nbf: iat - notBeforeSlackSeconds,
      exp,
    };
    const signed = `${accessToken.header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    const signature = createHmac('sha256', await options.signingKey())
      .update(signed)
      .digest('base64url');
    return { token: `${signed}.${signature}`, expiresAt: new Date(exp * 1_000).toISOString() };
  };
}
