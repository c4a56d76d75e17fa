import type { BinaryNode } from '@whiskeysockets/baileys';

/**
 * Remembers which stanza a ciphertext came in. Baileys hands the very buffer of the stanza to the signal repository, so identity of
 * the object leads back to id, sender, time and the offline mark; entries vanish with the buffers.
 */
export function createStanzaTracker() {
  const stanzas = new WeakMap<Uint8Array, BinaryNode>();
  return {
    remember: (node: BinaryNode) => {
      if (!Array.isArray(node.content)) return;
      for (const { tag, content } of node.content) {
        if (tag === 'enc' && content instanceof Uint8Array) stanzas.set(content, node);
      }
    },
    find: (ciphertext: Uint8Array): BinaryNode | undefined => stanzas.get(ciphertext),
  };
}
