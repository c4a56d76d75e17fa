import { createHmac, timingSafeEqual } from 'node:crypto';
import { WharfError } from '../wharf-error.ts';
import { type AccessTokenOptions, accessToken } from './access-token.ts';

/** Whom a token names. What they may do now stands in the account, not in the token. */
export interface TokenBearer {
  readonly userId: string;
}

export type VerifyAccessToken = (token: string) => Promise<TokenBearer>;

/** Ours have about 350 characters. */
const tokenLengthMax = 1_000;

/**
 * Verifies login tokens: header, signature, issuer, audience, not-before and expiry. Throws `CREDENTIAL_EXPIRED`, or
 * `CREDENTIAL_INVALID` for everything else.
 *
 * @example const { userId } = await createAccessTokenVerifier({ signingKey })(token);
 */
export function createAccessTokenVerifier(options: AccessTokenOptions): VerifyAccessToken {
  return async (token) => {
    const payload = signedPayload(token, await options.signingKey());
    const { iss, aud, sub, role, iat, nbf, exp } = payload === undefined ? {} : parseObject(payload);
    const isOurs =
      iss === accessToken.issuer &&
      aud === accessToken.audience &&
      typeof sub === 'string' &&
      sub !== '' &&
      (role === 'user' || role === 'admin') &&
      [iat, nbf, exp].every(Number.isSafeInteger);
    const nowSeconds = Math.floor((options.now ?? Date.now)() / 1_000);
    if (!isOurs || Number(nbf) > nowSeconds) throw new WharfError('CREDENTIAL_INVALID');
    if (Number(exp) <= nowSeconds) throw new WharfError('CREDENTIAL_EXPIRED');
    return { userId: sub };
  };
}

/** The payload, undecoded, when header and signature are right. Nothing of the token is parsed before. */
function signedPayload(token: string, key: Uint8Array): string | undefined {
  const [header, payload, signature, ...rest] = token.length > tokenLengthMax ? [] : token.split('.');
  if (header !== accessToken.header || payload === undefined || signature === undefined || rest.length > 0) {
    return undefined;
  }
  // Compared as text: base64url of the same bytes could be spelled in more than one way.
  const expected = Buffer.from(createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url'));
  const presented = Buffer.from(signature);
  return presented.length === expected.length && timingSafeEqual(presented, expected) ? payload : undefined;
}

/** What is signed is ours, but a secret that is used elsewhere too could sign anything: the form is checked all the same. */
function parseObject(payload: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Signed but no JSON: it says nothing that could be believed.
    return {};
  }
}
