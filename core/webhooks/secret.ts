import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';

const secretPrefix = 'whsec_';
/** Standard Webhooks asks for 24 to 64 bytes. */
const secretBytes = 32;
const signingKeyPrefix = 'whsk_';
const publicKeyPrefix = 'whpk_';
/** An Ed25519 seed; a key is written as the seed and the public key behind it, 64 bytes. */
const seedBytes = 32;
/** What stands before a seed in PKCS #8, and before a public key in SPKI (RFC 8410). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');
const spkiHeadBytes = 12;

/**
 * A new signing secret of a webhook, unique to it.
 *
 * @example newWebhookSecret() // 'whsec_' + 44 base64 characters
 */
export function newWebhookSecret(): string {
  return `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`;
}

/**
 * A new Ed25519 key pair of a webhook as Standard Webhooks writes it. The first half is never shown to anybody.
 *
 * @example newWebhookKeyPair() // { signingKey: 'whsk_…', publicKey: 'whpk_…' }
 */
export function newWebhookKeyPair(): { readonly signingKey: string; readonly publicKey: string } {
  const seed = randomBytes(seedBytes);
  const spki = createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' });
  const publicBytes = spki.subarray(spkiHeadBytes);
  return {
    signingKey: `${signingKeyPrefix}${Buffer.concat([seed, publicBytes]).toString('base64')}`,
    publicKey: `${publicKeyPrefix}${publicBytes.toString('base64')}`,
  };
}

/** The HMAC key inside a secret. Throws when the text is not a secret. */
export function webhookSecretKey(secret: string): Buffer {
  if (!secret.startsWith(secretPrefix)) throw new Error('A webhook secret has an unknown form.');
  return Buffer.from(secret.slice(secretPrefix.length), 'base64');
}

/** Whether a secret is an Ed25519 key and signs as `v1a`. */
export function isSigningKey(secret: string): boolean {
  return secret.startsWith(signingKeyPrefix);
}

/** The private key inside `whsk_…`. */
export function webhookSigningKey(signingKey: string): KeyObject {
  return privateKeyOf(Buffer.from(signingKey.slice(signingKeyPrefix.length), 'base64').subarray(0, seedBytes));
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
}

/** What a secret of a webhook is sealed with: the same words at `seal` and `open`. */
export function webhookSecretContext(webhookId: string): string {
  return `webhook/${webhookId}`;
}
