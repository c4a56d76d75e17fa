import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { hkdf } from './hkdf.ts';

/** The families of media, each with keys of its own. Stickers are pictures, gifs are films. */
export type MediaFamily = 'image' | 'video' | 'audio' | 'document';

export interface MediaKeys {
  readonly iv: Buffer;
  readonly cipherKey: Buffer;
  readonly macKey: Buffer;
}

/** What is known of a file once all of it has passed. */
export interface MediaDigest {
  /** SHA-256 of the plain bytes. */
  readonly sha256: Buffer;
  readonly size: number;
}

const macBytes = 10;
const names: Readonly<Record<MediaFamily, string>> = {
  image: 'WhatsApp Image Keys',
  video: 'WhatsApp Video Keys',
  audio: 'WhatsApp Audio Keys',
  document: 'WhatsApp Document Keys',
};

/** The keys behind the 32 bytes that travel in a message. */
export function mediaKeys(mediaKey: Uint8Array, family: MediaFamily): MediaKeys {
  const expanded = hkdf(Buffer.from(mediaKey), 112, { info: names[family] });
  return { iv: expanded.subarray(0, 16), cipherKey: expanded.subarray(16, 48), macKey: expanded.subarray(48, 80) };
}

/**
 * Encrypts a file as it passes: AES-256-CBC, then the first 10 bytes of an HMAC over IV and ciphertext. `onEnd` gets the digest of the
 * plain bytes.
 */
export async function* sealMedia(
  plain: AsyncIterable<Buffer>,
  keys: MediaKeys,
  onEnd: (digest: MediaDigest) => void,
): AsyncIterable<Buffer> {
  const cipher = createCipheriv('aes-256-cbc', keys.cipherKey, keys.iv);
  const mac = createHmac('sha256', keys.macKey).update(keys.iv);
  const hash = createHash('sha256');
  let size = 0;
  const seal = (sealed: Buffer) => {
    mac.update(sealed);
    return sealed;
  };
  for await (const chunk of plain) {
    hash.update(chunk);
    size += chunk.length;
    yield seal(cipher.update(chunk));
  }
  yield seal(cipher.final());
  yield mac.digest().subarray(0, macBytes);
  onEnd({ sha256: hash.digest(), size });
}

/** Decrypts a file as it passes; throws at the end when the MAC is false, so nothing may be believed before. */
export async function* openMedia(sealed: AsyncIterable<Buffer>, keys: MediaKeys): AsyncIterable<Buffer> {
  const decipher = createDecipheriv('aes-256-cbc', keys.cipherKey, keys.iv);
  const mac = createHmac('sha256', keys.macKey).update(keys.iv);
  // The last bytes of the file are its MAC, and only the end tells which are the last.
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of sealed) {
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = Math.max(0, all.length - macBytes);
    held = all.subarray(end);
    if (end === 0) continue;
    const ciphertext = all.subarray(0, end);
    mac.update(ciphertext);
    yield decipher.update(ciphertext);
  }
  const expected = mac.digest().subarray(0, macBytes);
  if (held.length !== macBytes || !timingSafeEqual(held, expected)) throw new Error('The MAC of the file is false.');
  yield decipher.final();
}

/** Reads a file to its end and keeps nothing of it but the digest. */
export async function digestMedia(plain: AsyncIterable<Buffer>): Promise<MediaDigest> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of plain) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest(), size };
}
