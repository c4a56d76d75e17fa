import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { countPassed } from '../../../memory/count-passed.ts';
import type { MediaFamily } from '../content/read-media.ts';

/** How WhatsApp encrypts a medium: AES-256-CBC, then the first ten bytes of an HMAC over the IV and the ciphertext. */
const macBytes = 10;
const infos: Readonly<Record<MediaFamily, string>> = {
  image: 'WhatsApp Image Keys',
  video: 'WhatsApp Video Keys',
  audio: 'WhatsApp Audio Keys',
  document: 'WhatsApp Document Keys',
};

/** What a transfer found out about the bytes that passed; complete once they all have. */
export interface MediaDigests {
  readonly plainSha256: Buffer;
  readonly sealedSha256: Buffer;
  readonly plainBytes: number;
}

export class CorruptMediaError extends Error {
  override readonly name = 'CorruptMediaError';
}

function keysOf(mediaKey: Uint8Array, family: MediaFamily) {
  const keys = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), infos[family], 112));
  return { iv: keys.subarray(0, 16), cipherKey: keys.subarray(16, 48), macKey: keys.subarray(48, 80) };
}

/** Encrypts as bytes pass; `onEnd` gets the digests. */
export async function* sealMedia(
  plain: AsyncIterable<Buffer>,
  mediaKey: Uint8Array,
  family: MediaFamily,
  onEnd: (digests: MediaDigests) => void,
): AsyncGenerator<Buffer> {
  const { iv, cipherKey, macKey } = keysOf(mediaKey, family);
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
  const mac = createHmac('sha256', macKey).update(iv);
  const plainHash = createHash('sha256');
  const sealedHash = createHash('sha256');
  let plainBytes = 0;
  const seal = (sealed: Buffer): Buffer => {
    mac.update(sealed);
    sealedHash.update(sealed);
    return sealed;
  };
  for await (const chunk of plain) {
    countPassed(chunk.length * 2);
    plainHash.update(chunk);
    plainBytes += chunk.length;
    yield seal(cipher.update(chunk));
  }
  yield seal(cipher.final());
  const tail = mac.digest().subarray(0, macBytes);
  sealedHash.update(tail);
  yield tail;
  onEnd({ plainSha256: plainHash.digest(), sealedSha256: sealedHash.digest(), plainBytes });
}

/**
 * Decrypts as bytes pass. Throws `CorruptMediaError` at the end when the MAC is wrong, so nothing may be believed before. Baileys checks
 * neither MAC nor hash, and then whoever serves the file decides what is in it.
 */
export async function* openMedia(
  sealed: AsyncIterable<Buffer>,
  mediaKey: Uint8Array,
  family: MediaFamily,
  onEnd: (digests: MediaDigests) => void,
): AsyncGenerator<Buffer> {
  const { iv, cipherKey, macKey } = keysOf(mediaKey, family);
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  const mac = createHmac('sha256', macKey).update(iv);
  const plainHash = createHash('sha256');
  const sealedHash = createHash('sha256');
  let plainBytes = 0;
  // Only the end tells which bytes are the last ten.
  let held: Buffer = Buffer.alloc(0);
  const open = (plain: Buffer): Buffer => {
    plainHash.update(plain);
    plainBytes += plain.length;
    return plain;
  };
  for await (const chunk of sealed) {
    countPassed(chunk.length * 2);
    sealedHash.update(chunk);
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = Math.max(0, all.length - macBytes);
    held = Buffer.from(all.subarray(end));
    if (end === 0) continue;
    mac.update(all.subarray(0, end));
    yield open(decipher.update(all.subarray(0, end)));
  }
  const expected = mac.digest().subarray(0, macBytes);
  if (held.length !== macBytes || !timingSafeEqual(held, expected)) throw new CorruptMediaError('The MAC is wrong.');
  yield open(finish(decipher));
  onEnd({ plainSha256: plainHash.digest(), sealedSha256: sealedHash.digest(), plainBytes });
}

function finish(decipher: ReturnType<typeof createDecipheriv>): Buffer {
  try {
    return decipher.final();
  } catch (error) {
    throw new CorruptMediaError('The padding is wrong.', { cause: error });
  }
}
