import './silence-libsignal.ts';
import libsignal from 'libsignal';
import { calculateSignature } from 'libsignal/src/curve.js';

export interface SessionEntry {
  readonly indexInfo: { readonly used?: number };
}

/** What a session record looks like at rest: plain JSON, keys in base64. */
export interface StoredSession {
  readonly version: string;
  readonly _sessions: Readonly<Record<string, SessionEntry>>;
}

/** A record of libsignal; `serialize` gives plain JSON although its published type says bytes. */
export interface SessionRecord {
  serialize(): StoredSession;
}

export interface LibsignalKeyPair {
  readonly privKey: Buffer;
  readonly pubKey: Buffer;
}

/** What libsignal asks of a device. Public keys are 33 bytes with the leading 5; keys must be real Buffers. */
export interface LibsignalStorage {
  loadSession(address: string): Promise<SessionRecord | undefined>;
  storeSession(address: string, record: SessionRecord): Promise<void>;
  isTrustedIdentity(): boolean;
  loadPreKey(id: number): Promise<LibsignalKeyPair | undefined>;
  removePreKey(id: number): void;
  loadSignedPreKey(): LibsignalKeyPair;
  getOurRegistrationId(): number;
  getOurIdentity(): LibsignalKeyPair;
}

interface Bundle {
  readonly registrationId: number;
  readonly identityKey: Buffer;
  readonly signedPreKey: { readonly keyId: number; readonly publicKey: Buffer; readonly signature: Buffer };
  readonly preKey?: { readonly keyId: number; readonly publicKey: Buffer };
}

interface Address {
  toString(): string;
}

interface Library {
  readonly ProtocolAddress: new (name: string, device: number) => Address;
  readonly SessionRecord: { deserialize(stored: StoredSession): SessionRecord };
  readonly SessionBuilder: new (
    storage: LibsignalStorage,
    address: Address,
  ) => { initOutgoing(bundle: Bundle): Promise<void> };
  readonly SessionCipher: new (
    storage: LibsignalStorage,
    address: Address,
  ) => {
    encrypt(plaintext: Buffer): Promise<{ readonly type: number; readonly body: Buffer }>;
    decryptWhisperMessage(ciphertext: Buffer): Promise<Buffer>;
    decryptPreKeyWhisperMessage(ciphertext: Buffer): Promise<Buffer>;
  };
}

/** libsignal with the types that it really has. */
export const { ProtocolAddress, SessionRecord, SessionBuilder, SessionCipher } = libsignal as unknown as Library;

/** An XEdDSA signature of 64 bytes. Pure JavaScript, about 9 ms. */
export function sign(privateKey: Buffer, message: Buffer): Buffer {
  return Buffer.from(calculateSignature(privateKey, message));
}
