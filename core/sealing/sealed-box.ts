import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** First byte of every sealed value, so that a later format can live beside this one. */
const formatVersion = 1;
/** Random 96-bit nonces stay safe for about 2^32 values under one key; a tenant's key is far below that. */
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts with AES-256-GCM: version byte, nonce, ciphertext, tag. `context` is authenticated, not stored: a value moved to
 * another row does not open.
 *
 * @example sealBox(key, plaintext, 'tenant/keys/ses_…/CREDS')
 */
export function sealBox(key: Uint8Array, plaintext: Uint8Array, context: string): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([
    Buffer.of(formatVersion),
    nonce,
    cipher.update(plaintext),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** Opens what `sealBox` made; throws when key, context or any byte differs. */
export function openBox(key: Uint8Array, sealed: Uint8Array, context: string): Uint8Array {
  if (sealed.length < 1 + nonceBytes + tagBytes || sealed[0] !== formatVersion) {
    throw new Error('A sealed value has an unknown format.');
  }
  const nonce = sealed.subarray(1, 1 + nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes, sealed.length - tagBytes)), decipher.final()]);
}
