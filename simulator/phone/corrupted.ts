import type { Node } from '../wire/node.ts';
import type { World } from '../world/world.ts';

/** Counted from the end: the MAC's 8 bytes end a message, and in a first message at most 5 bytes of key ids follow them. */
const macByteFromEnd = 8;

/** Fault `corrupt-messages`: the MAC of the ciphertext becomes false. */
export function corrupted(world: World, phone: string, encrypted: Node): Node {
  if (!(encrypted.content instanceof Uint8Array)) return encrypted;
  if (world.faults.strike('corrupt-messages', phone) === undefined) return encrypted;
  const bytes = Buffer.from(encrypted.content);
  const position = bytes.length - macByteFromEnd;
  bytes[position] = (bytes[position] ?? 0) ^ 0xff;
  return { ...encrypted, content: bytes };
}
