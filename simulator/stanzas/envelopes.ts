import { child, children, type Node } from '../wire/node.ts';

/** A ciphertext and the device it is for. */
export interface AddressedCiphertext {
  readonly to: string;
  readonly encrypted: Node;
}

/** The ciphertexts that a message carries for one device each. */
export function listedEnvelopes(stanza: Node): AddressedCiphertext[] {
  return children(child(stanza, 'participants'), 'to').flatMap((to) => {
    const encrypted = child(to, 'enc');
    return to.attrs.jid === undefined || encrypted === undefined ? [] : [{ to: to.attrs.jid, encrypted }];
  });
}

/** The same; a message sent again to a single device of a chat of two has no list but the ciphertext itself. */
export function envelopesIn(stanza: Node): AddressedCiphertext[] {
  const { to } = stanza.attrs;
  const encrypted = child(stanza, 'enc');
  return [...listedEnvelopes(stanza), ...(to === undefined || encrypted === undefined ? [] : [{ to, encrypted }])];
}
