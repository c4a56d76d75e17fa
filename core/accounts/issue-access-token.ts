import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { type AccessTokenOptions, accessToken } from './access-token.ts';
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
    const issuedAt = Math.floor((options.now ?? Date.now)() / 1_000);
    const expiresAt = issuedAt + accessToken.lifeSeconds;
    const token = await new SignJWT({ role })
      .setProtectedHeader({ alg: accessToken.algorithm, typ: accessToken.type })
      .setIssuer(accessToken.issuer)
      .setAudience(accessToken.audience)
      .setSubject(userId)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt - notBeforeSlackSeconds)
      .setExpirationTime(expiresAt)
      .sign(await options.signingKey());
    return { token, expiresAt: new Date(expiresAt * 1_000).toISOString() };
  };
}
