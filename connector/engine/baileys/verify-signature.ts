import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { LRUCache } from 'lru-cache';

const fieldPrime = 2n ** 255n - 19n;
const ed25519SpkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
/** Converting a key costs about a millisecond; servers and contacts show the same few keys again and again. */
const convertedKeysMax = 1_000;

const convertedKeys = new LRUCache<string, KeyObject>({ max: convertedKeysMax });

/**
 * Verifies an XEdDSA signature natively: the Curve25519 key is converted to its Ed25519 twin, whose sign bit the signature
 * carries in its top bit. Takes the place of `Curve.verify` of Baileys 7.0.0-rc14, which accepts every 64-byte signature.
 *
 * @param publicKey 32 bytes, or 33 with the type byte 5 in front
 * @example verifySignature(rootKey, certificate.details, certificate.signature) // true or false, never an exception
 */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const montgomery = publicKey.length === 33 && publicKey[0] === 5 ? publicKey.subarray(1) : publicKey;
  const lastByte = signature[63];
  if (montgomery.length !== 32 || signature.length !== 64 || lastByte === undefined) return false;
  const key = edwardsKey(montgomery, lastByte >> 7);
  if (key === undefined) return false;
  const plain = Buffer.from(signature);
  plain[63] = lastByte & 0x7f;
  return verify(null, message, key, plain);
}

function edwardsKey(montgomery: Uint8Array, signBit: number): KeyObject | undefined {
  const cacheKey = `${signBit}${Buffer.from(montgomery).toString('base64')}`;
  const cached = convertedKeys.get(cacheKey);
  if (cached !== undefined) return cached;
  const u = readLittleEndian(montgomery) % fieldPrime;
  // The point of order two has no twin.
  if (u === fieldPrime - 1n) return undefined;
  const y = ((u - 1n + fieldPrime) * inverse(u + 1n)) % fieldPrime;
  const encoded = writeLittleEndian(y);
  encoded[31] = (encoded[31] ?? 0) | (signBit << 7);
  const key = createPublicKey({ key: Buffer.concat([ed25519SpkiPrefix, encoded]), format: 'der', type: 'spki' });
  convertedKeys.set(cacheKey, key);
  return key;
}

/** By Fermat; the cache above makes its speed irrelevant. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value % fieldPrime;
  for (let exponent = fieldPrime - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % fieldPrime;
    base = (base * base) % fieldPrime;
  }
  return result;
}

/** The top bit of a Curve25519 coordinate is not part of the number (RFC 7748, section 5). */
function readLittleEndian(bytes: Uint8Array): bigint {
  const bigEndian = Buffer.from(bytes).reverse();
  bigEndian[0] = (bigEndian[0] ?? 0) & 0x7f;
  return BigInt(`0x${bigEndian.toString('hex')}`);
}

function writeLittleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}
