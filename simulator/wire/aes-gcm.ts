import { createCipheriv, createDecipheriv } from 'node:crypto';

const tagBytes = 16;

/** AES-256-GCM with the tag at the end. */
export function encryptGcm(plaintext: Uint8Array, key: Buffer, iv: Buffer, associated: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(associated);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The reverse of `encryptGcm`; throws when key, IV, associated data or text were altered. */
export function decryptGcm(sealed: Uint8Array, key: Buffer, iv: Buffer, associated: Buffer): Buffer {
  if (sealed.length < tagBytes) throw new Error('A sealed text is shorter than its tag.');
  const decipher = createDecipheriv('aes-256-gcm', key, iv);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()]);
}
