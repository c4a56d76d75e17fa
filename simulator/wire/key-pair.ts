import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';

/** An X25519 key pair, 32 bytes each. */
export interface KeyPair {
  readonly publicKey: Buffer;
  readonly privateKey: Buffer;
}

/** A key pair at rest, base64. */
export interface StoredKeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex');
const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const keyTypeByte = Buffer.from([5]);

export function generateKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519', {
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  });
  return {
    publicKey: Buffer.from(publicKey.subarray(publicPrefix.length)),
    privateKey: Buffer.from(privateKey.subarray(privatePrefix.length)),
  };
}

/** X25519 of a private and a public key, 32 bytes each. */
export function sharedSecret(privateKey: Buffer, publicKey: Uint8Array): Buffer {
  return diffieHellman({
    privateKey: createPrivateKey({ key: Buffer.concat([privatePrefix, privateKey]), format: 'der', type: 'pkcs8' }),
    publicKey: createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: 'der', type: 'spki' }),
  });
}

/** The 33-byte form that libsignal and signed pre-keys use: a leading 5, then the key. */
export function withKeyType(publicKey: Uint8Array): Buffer {
  return publicKey.length === 33 ? Buffer.from(publicKey) : Buffer.concat([keyTypeByte, publicKey]);
}

export function storeKeyPair(pair: KeyPair): StoredKeyPair {
  return { publicKey: pair.publicKey.toString('base64'), privateKey: pair.privateKey.toString('base64') };
}

export function loadKeyPair(stored: StoredKeyPair): KeyPair {
  return {
    publicKey: Buffer.from(stored.publicKey, 'base64'),
    privateKey: Buffer.from(stored.privateKey, 'base64'),
  };
}
