import { createHash } from 'node:crypto';
import type { MessageAttribute } from './structure/queue-message.ts';

const textTransport = 1;
const binaryTransport = 2;

/** @example bodyDigest('hello') // '5d41402abc4b2a76b9719d911017c592' */
export function bodyDigest(body: string): string {
  return createHash('md5').update(body, 'utf8').digest('hex');
}

/**
 * MD5 of message attributes as AWS defines it, which clients compare with their own: by name, each as length and bytes of name and type,
 * one byte for the transport, length and bytes of the value. `undefined` when there are none.
 */
export function attributesDigest(
  attributes: Readonly<Record<string, MessageAttribute>> | undefined,
): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (attributes === undefined || names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType, BinaryValue, StringValue } = attributes[name] as MessageAttribute;
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    const isBinary = DataType.startsWith('Binary');
    hash.update(Buffer.from([isBinary ? binaryTransport : textTransport]));
    add(isBinary ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? ''));
  }
  return hash.digest('hex');
}
