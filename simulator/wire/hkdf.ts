import { hkdfSync } from 'node:crypto';

/** HKDF-SHA256. An absent salt is 32 zero bytes, which for SHA-256 is the same as none. */
export function hkdf(material: Buffer, bytes: number, options: { salt?: Buffer; info?: string } = {}): Buffer {
  return Buffer.from(hkdfSync('sha256', material, options.salt ?? Buffer.alloc(32), options.info ?? '', bytes));
}
