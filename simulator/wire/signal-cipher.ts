import { type KeyPair, withKeyType } from './key-pair.ts';
import {
  type LibsignalStorage,
  ProtocolAddress,
  SessionBuilder,
  SessionCipher,
  SessionRecord,
  type StoredSession,
} from './libsignal.ts';
import { verifySignature } from './verify-signature.ts';

export type CiphertextType = 'pkmsg' | 'msg';

/** The device at the other end, one Signal session each; PN and LID addresses of a device are the same peer. */
export interface Peer {
  readonly phone: string;
  readonly device: number;
}

/** What a device publishes so that others can open a session with it. Public keys are 32 bytes. */
export interface KeyBundle {
  readonly registrationId: number;
  readonly identity: Buffer;
  readonly signedPreKey: { readonly id: number; readonly publicKey: Buffer; readonly signature: Buffer };
  /** Absent when the device has run out of them. */
  readonly preKey?: { readonly id: number; readonly publicKey: Buffer };
}

/** The secrets and sessions of one simulated phone. */
export interface SignalKeys {
  readonly identity: KeyPair;
  readonly registrationId: number;
  readonly signedPreKey: KeyPair;
  loadSession(peer: Peer): StoredSession | undefined;
  storeSession(peer: Peer, session: StoredSession): void;
  loadPreKey(id: number): KeyPair | undefined;
  removePreKey(id: number): void;
}

/**
 * Signal encryption for one simulated phone. Records are read from their stored form for every operation, because libsignal changes a
 * record before it has checked the MAC: what fails must leave no trace.
 */
export class SignalCipher {
  readonly #owner: string;
  readonly #keys: SignalKeys;

  constructor(owner: string, keys: SignalKeys) {
    this.#owner = owner;
    this.#keys = keys;
  }

  /** Opens a session from a bundle and closes the one before. Throws when the signed pre-key's signature is false. */
  async openSession(peer: Peer, bundle: KeyBundle): Promise<void> {
    const signedPreKey = withKeyType(bundle.signedPreKey.publicKey);
    if (!verifySignature(bundle.identity, signedPreKey, bundle.signedPreKey.signature)) {
      throw new Error(`The signed pre-key of ${peer.phone}:${peer.device} carries a false signature.`);
    }
    await new SessionBuilder(this.#storage(peer), this.#address(peer)).initOutgoing({
      registrationId: bundle.registrationId,
      identityKey: withKeyType(bundle.identity),
      signedPreKey: {
        keyId: bundle.signedPreKey.id,
        publicKey: signedPreKey,
        signature: bundle.signedPreKey.signature,
      },
      ...(bundle.preKey === undefined
        ? {}
        : { preKey: { keyId: bundle.preKey.id, publicKey: withKeyType(bundle.preKey.publicKey) } }),
    });
  }

  /** Encrypts for a peer with whom a session exists. */
  async encrypt(peer: Peer, plaintext: Buffer): Promise<{ type: CiphertextType; ciphertext: Buffer }> {
    const { type, body } = await new SessionCipher(this.#storage(peer), this.#address(peer)).encrypt(plaintext);
    return { type: type === 3 ? 'pkmsg' : 'msg', ciphertext: body };
  }

  /** Decrypts, or throws what libsignal throws (no session, key used already, bad MAC) with the sessions as they were. */
  async decrypt(peer: Peer, type: CiphertextType, ciphertext: Buffer): Promise<Buffer> {
    if (type === 'pkmsg') {
      return new SessionCipher(this.#storage(peer), this.#address(peer)).decryptPreKeyWhisperMessage(ciphertext);
    }
    const record = this.#keys.loadSession(peer);
    const entries = Object.entries(record?._sessions ?? {}).sort(
      ([, left], [, right]) => (right.indexInfo.used ?? 0) - (left.indexInfo.used ?? 0),
    );
    let failure: unknown = new Error('There is no session with this device.');
    for (const [name, entry] of entries) {
      try {
        return await this.#decryptWith(
          peer,
          { version: record?.version ?? 'v1', _sessions: { [name]: entry } },
          ciphertext,
        );
      } catch (error) {
        // The next older session may be the right one; the last failure is thrown when none is.
        failure = error;
      }
    }
    throw failure;
  }

  /** Tries one session alone: libsignal steps the ratchet of every session it tries, also of those that then do not fit. */
  async #decryptWith(peer: Peer, alone: StoredSession, ciphertext: Buffer): Promise<Buffer> {
    const storage: LibsignalStorage = {
      ...this.#storage(peer),
      loadSession: async () => SessionRecord.deserialize(alone),
      storeSession: async (_address, stepped) => {
        const all = this.#keys.loadSession(peer);
        const { version, _sessions } = stepped.serialize();
        this.#keys.storeSession(peer, { version, _sessions: { ...all?._sessions, ..._sessions } });
      },
    };
    return new SessionCipher(storage, this.#address(peer)).decryptWhisperMessage(ciphertext);
  }

  /** libsignal queues its work by address in one map per process, so the address also names the owner. */
  #address(peer: Peer) {
    return new ProtocolAddress(`${this.#owner}-${peer.phone}`, peer.device);
  }

  #storage(peer: Peer): LibsignalStorage {
    const keys = this.#keys;
    return {
      loadSession: async () => {
        const stored = keys.loadSession(peer);
        return stored === undefined ? undefined : SessionRecord.deserialize(stored);
      },
      storeSession: async (_address, record) => keys.storeSession(peer, record.serialize()),
      isTrustedIdentity: () => true,
      loadPreKey: async (id) => libsignalPair(keys.loadPreKey(id)),
      removePreKey: (id) => keys.removePreKey(id),
      loadSignedPreKey: () => libsignalPair(keys.signedPreKey),
      getOurRegistrationId: () => keys.registrationId,
      getOurIdentity: () => libsignalPair(keys.identity),
    };
  }
}

function libsignalPair(pair: KeyPair): { privKey: Buffer; pubKey: Buffer };
function libsignalPair(pair: KeyPair | undefined): { privKey: Buffer; pubKey: Buffer } | undefined;
function libsignalPair(pair: KeyPair | undefined) {
  return pair === undefined ? undefined : { privKey: pair.privateKey, pubKey: withKeyType(pair.publicKey) };
}
