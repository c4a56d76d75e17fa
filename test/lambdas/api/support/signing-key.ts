import { hkdfSync } from 'node:crypto';

/** The key that signs login tokens, derived as `core/accounts/signing-keys.ts` does: only who has the secret can make a valid token. */
export function signingKey(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'wharf/access-token', 32));
}
