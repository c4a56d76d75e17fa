import { createPublicKey, type KeyObject, verify } from 'node:crypto';

const fieldPrime = 2n ** 255n - 19n;
const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex');
/** Identities repeat (roots, phones, companions); the conversion costs a modular inversion each time. */
const cacheSizeMax = 4096;
const cache = new Map<string, KeyObject>();

/**
 * Checks an XEdDSA signature, for real: `Curve.verify` of Baileys rc14 accepts anything of 64 bytes. The Montgomery key u becomes the
 * Edwards y = (u - 1) / (u + 1); the sign bit of x travels in the top bit of the signature's last byte and is cleared there.
 *
 * @param publicKey 32 bytes, or 33 with the leading 5.
 * @example verifySignature(identity, Buffer.concat([prefix, details]), signature) // false when one bit differs
 */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = publicKey.length === 33 ? publicKey.subarray(1) : publicKey;
  if (key.length !== 32 || signature.length !== 64) return false;
  const cleared = Buffer.from(signature);
  const last = cleared[63] ?? 0;
  cleared[63] = last & 0x7f;
  const converted = edwardsKey(key, (last & 0x80) !== 0);
  return converted !== undefined && verify(null, message, converted, cleared);
}

function edwardsKey(montgomery: Uint8Array, negative: boolean): KeyObject | undefined {
  const name = `${negative ? '-' : '+'}${Buffer.from(montgomery).toString('base64')}`;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const u = littleEndianToInteger(montgomery) & (2n ** 255n - 1n);
  if (u === fieldPrime - 1n) return undefined;
  const y = (mod(u - 1n) * inverse(mod(u + 1n))) % fieldPrime;
  const encoded = integerToLittleEndian(y);
  if (negative) encoded[31] = (encoded[31] ?? 0) | 0x80;
  const key = createPublicKey({ key: Buffer.concat([ed25519Prefix, encoded]), format: 'der', type: 'spki' });
  if (cache.size >= cacheSizeMax) cache.clear();
  cache.set(name, key);
  return key;
}

function mod(value: bigint): bigint {
  return ((value % fieldPrime) + fieldPrime) % fieldPrime;
}

/** Fermat: a^(p-2) is the inverse of a modulo a prime p. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value;
  for (let exponent = fieldPrime - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % fieldPrime;
    base = (base * base) % fieldPrime;
  }
  return result;
}

function littleEndianToInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function integerToLittleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}
