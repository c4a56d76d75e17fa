import { errors, jwtVerify } from 'jose';
import { WharfError } from '../wharf-error.ts';
import { type AccessTokenOptions, accessToken } from './access-token.ts';

/** Whom a token names. What they may do now stands in the account, not in the token. */
export interface TokenBearer {
  readonly userId: string;
}

export type VerifyAccessToken = (token: string) => Promise<TokenBearer>;

/**
 * Verifies login tokens: algorithm, signature, issuer, audience, type, expiry and not-before. Throws `CREDENTIAL_EXPIRED`, or
 * `CREDENTIAL_INVALID` for everything else.
 *
 * @example const { userId } = await createAccessTokenVerifier({ signingKey })(token);
 */
export function createAccessTokenVerifier(options: AccessTokenOptions): VerifyAccessToken {
  return async (token) => {
    const key = await options.signingKey();
    try {
      return await verify(token, key, new Date((options.now ?? Date.now)()));
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new WharfError('CREDENTIAL_EXPIRED', { cause: error });
      if (error instanceof errors.JOSEError) throw new WharfError('CREDENTIAL_INVALID', { cause: error });
      throw error;
    }
  };
}

async function verify(token: string, key: Uint8Array, currentDate: Date): Promise<TokenBearer> {
  const { payload, protectedHeader } = await jwtVerify(token, key, {
    algorithms: [accessToken.algorithm],
    issuer: accessToken.issuer,
    audience: accessToken.audience,
    typ: accessToken.type,
    requiredClaims: ['sub', 'exp', 'nbf', 'iat', 'role'],
    currentDate,
  });
  const { sub: userId = '', role } = payload;
  // `jku`, `jwk`, `kid` and their like are never ours; they would not be followed, and are not let pass either.
  const isOurHeader = Object.keys(protectedHeader).every((name) => name === 'alg' || name === 'typ');
  if (!isOurHeader || (role !== 'user' && role !== 'admin')) throw new WharfError('CREDENTIAL_INVALID');
  return { userId };
}
