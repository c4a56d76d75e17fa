/** WhatsApp's own ids have about 32 characters. DynamoDB takes 1,024 bytes in a sort key, and others make ids of ours longer. */
const idBytesMax = 512;

/**
 * Whether a message's id may be used as a key. An altered client can choose any id; one that no table takes would make its message come
 * again and again, and end the socket each time.
 *
 * @example isStorableId('3EB0F4A1') // true
 */
export function isStorableId(id: string): boolean {
  return Buffer.byteLength(id) <= idBytesMax;
}
