import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';

const formatVersion = 1;
const keyIdBytes = 36;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + keyIdBytes + nonceBytes + tagBytes;

export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * Encrypts with AES-256-GCM. The blob holds format, key id, nonce, tag and ciphertext in this order; key id and encryption context are
 * authenticated with it, so that another context fails to decrypt as in AWS.
 */
export function encryptBlob(
  keyId: string,
  secret: Uint8Array,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  cipher.setAAD(authenticatedData(keyId, context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from([formatVersion]), Buffer.from(keyId), nonce, cipher.getAuthTag(), ciphertext]);
}

/** The id of the key that made a blob; throws `InvalidCiphertextException` for anything that `encryptBlob` did not make. */
export function keyIdOfBlob(blob: Buffer): string {
  if (blob.length < headBytes || blob[0] !== formatVersion) throw invalidCiphertext();
  return blob.subarray(1, 1 + keyIdBytes).toString();
}

/** The plaintext; throws `InvalidCiphertextException` when blob, key or context do not belong together. */
export function decryptBlob(blob: Buffer, secret: Uint8Array, context: EncryptionContext): Buffer {
  const keyId = keyIdOfBlob(blob);
  const nonce = blob.subarray(1 + keyIdBytes, 1 + keyIdBytes + nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', secret, nonce);
  decipher.setAAD(authenticatedData(keyId, context));
  decipher.setAuthTag(blob.subarray(1 + keyIdBytes + nonceBytes, headBytes));
  try {
    return Buffer.concat([decipher.update(blob.subarray(headBytes)), decipher.final()]);
  } catch (error) {
    throw invalidCiphertext(error);
  }
}

function authenticatedData(keyId: string, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify([keyId, pairs]));
}

/** AWS gives no message with it either. */
function invalidCiphertext(cause?: unknown): AwsError {
  return new AwsError('InvalidCiphertextException', '', { cause });
}
