import { hkdfSync } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** What the deployment's one signing secret is used for; each use has a key of its own. */
export type SigningKeyUse = 'access-token' | 'cursor' | 'refresh-token';

export interface SigningKeysOptions {
  readonly secretsManager: SecretsManagerClient;
  readonly secretArn: string;
  readonly now?: () => number;
}

/** A new secret is taken over within this time. */
const cacheMs = 10 * 60_000;
/** A shorter secret would be the weakest part of HMAC-SHA-256. */
const secretLengthMin = 32;
const keyBytes = 32;

/**
 * Reads the signing secret once per ten minutes and derives a key for each use.
 *
 * @example const key = await createSigningKeys({ secretsManager, secretArn })('access-token')
 */
export function createSigningKeys(options: SigningKeysOptions): (use: SigningKeyUse) => Promise<Uint8Array> {
  const now = options.now ?? Date.now;
  let cached: { readonly secret: Promise<string>; readonly until: number } | undefined;
  return async (use) => {
    if (cached === undefined || cached.until <= now()) {
      const secret = readSecret(options);
      cached = { secret, until: now() + cacheMs };
      // A failed read must not be remembered; the caller gets the error from the promise itself.
      secret.catch(() => {
        cached = undefined;
      });
    }
    return new Uint8Array(hkdfSync('sha256', await cached.secret, '', `wharf/${use}`, keyBytes));
  };
}

async function readSecret(options: SigningKeysOptions): Promise<string> {
  const answer = await options.secretsManager.send(new GetSecretValueCommand({ SecretId: options.secretArn }));
  const secret = answer.SecretString ?? '';
  if (secret.length < secretLengthMin) throw new Error('The signing secret is missing or too short.');
  return secret;
}
