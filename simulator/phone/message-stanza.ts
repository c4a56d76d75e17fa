import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { Companion } from '../accounts/companion.ts';
import { type Attributes, type Node, node } from '../wire/node.ts';

/** A message id as phones make them: 32 hexadecimal digits. */
export function newMessageId(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}

export function nowSeconds(): string {
  return String(Math.floor(Date.now() / 1000));
}

/** Encrypts a padded message of a phone for one linked device, opening a session first if there is none. */
export async function encryptFor(
  author: Account,
  companion: Companion,
  plaintext: Buffer,
  { retry, mediaType }: { retry?: number | undefined; mediaType?: string | undefined } = {},
): Promise<Node> {
  const peer = { phone: companion.phone, device: companion.device };
  if (author.keys.loadSession(peer) === undefined) await author.cipher.openSession(peer, companion.takeBundle());
  const { type, ciphertext } = await author.cipher.encrypt(peer, plaintext);
  const count = retry === undefined ? undefined : String(retry);
  return node('enc', { v: '2', type, count, mediatype: mediaType }, ciphertext);
}

/** The attributes by which a client recognises who wrote: the author's address in one form, and the other one beside it. */
export function authorAttributes(author: Account, form: 'pn' | 'lid', device = 0): Attributes {
  if (author.state.hidesNumber) return { from: author.jid('lid', device), addressing_mode: 'lid' };
  return form === 'pn'
    ? { from: author.jid('pn', device), sender_lid: author.jid('lid', device), addressing_mode: 'pn' }
    : { from: author.jid('lid', device), sender_pn: author.jid('pn', device), addressing_mode: 'lid' };
}
