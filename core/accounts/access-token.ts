import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { WharfError } from '../wharf-error.ts';
import type { UserPrincipal, UserRole } from './principal.ts';

/** Short, because a token is not looked up: what an account may do must be felt within this time. */
export const accessTokenSeconds = 15 * 60;

const issuer = 'wharf';
const audience = 'wharf-api';
/** Says what the token is for, so that no other kind of token of ours passes as one. */
const tokenType = 'at+jwt';
/** The one algorithm, also for verification: what the token's header names counts for nothing. */
const algorithm = 'HS256';
/** Clocks of two functions differ by less; without it a token could be refused in its first second. */
const notBeforeSlackSeconds = 5;

export interface AccessTokens {
  issue(user: { readonly userId: string; readonly role: UserRole }): Promise<AccessToken>;
  /** Throws `CREDENTIAL_INVALID` or `CREDENTIAL_EXPIRED`. */
  verify(token: string): Promise<UserPrincipal>;
}

export interface AccessToken {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface AccessTokensOptions {
  readonly signingKey: () => Promise<Uint8Array>;
  readonly now?: () => number;
}

/**
 * Issues and verifies login tokens: HS256 with issuer, audience, type, expiry and not-before checked.
 *
 * @example const { token } = await createAccessTokens({ signingKey }).issue({ userId, role: 'user' });
 */
export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const now = options.now ?? Date.now;
  return {
    issue: async ({ userId, role }) => {
      const issuedAt = Math.floor(now() / 1_000);
      const expiresAt = issuedAt + accessTokenSeconds;
      const token = await new SignJWT({ role })
        .setProtectedHeader({ alg: algorithm, typ: tokenType })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt - notBeforeSlackSeconds)
        .setExpirationTime(expiresAt)
        .sign(await options.signingKey());
      return { token, expiresAt: new Date(expiresAt * 1_000).toISOString() };
    },
    verify: async (token) => verifyToken(token, await options.signingKey(), new Date(now())),
  };
}

async function verifyToken(token: string, key: Uint8Array, currentDate: Date): Promise<UserPrincipal> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      issuer,
      audience,
      typ: tokenType,
      requiredClaims: ['sub', 'exp', 'nbf', 'iat', 'role'],
      currentDate,
    });
    const { sub: userId = '', role } = payload;
    // `jku`, `jwk`, `kid` and their like are never ours; they would not be followed, and are not let pass either.
    const isOurHeader = Object.keys(protectedHeader).every((name) => name === 'alg' || name === 'typ');
    if (!isOurHeader || (role !== 'user' && role !== 'admin')) throw new WharfError('CREDENTIAL_INVALID');
    return { kind: 'user', tenantId: userId, userId, role };
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new WharfError('CREDENTIAL_EXPIRED', { cause: error });
    if (error instanceof errors.JOSEError) throw new WharfError('CREDENTIAL_INVALID', { cause: error });
    throw error;
  }
}
