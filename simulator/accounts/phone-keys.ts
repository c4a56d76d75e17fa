import { randomInt } from 'node:crypto';
import type { Store } from '../storage/store.ts';
import {
  generateKeyPair,
  type KeyPair,
  loadKeyPair,
  type StoredKeyPair,
  storeKeyPair,
  withKeyType,
} from '../wire/key-pair.ts';
import { type StoredSession, sign } from '../wire/libsignal.ts';
import type { SenderKeyVault } from '../wire/sender-keys.ts';
import type { KeyBundle, Peer, SignalKeys } from '../wire/signal-cipher.ts';
import { limited } from './limited.ts';

/** What `PhoneKeys` keeps under `keys/<phone>`. */
export interface StoredKeys {
  readonly identity: StoredKeyPair;
  readonly registrationId: number;
  readonly signedPreKey: StoredKeyPair;
  signature: string | undefined;
  nextPreKeyId: number;
}

/** Bundles that were fetched and never used would pile up; a client that comes this late has to ask for a retry. */
const preKeysMax = 2000;
/** Keys of groups and their writers, for one phone. */
const senderKeysMax = 20_000;
const preKeyIdMax = 0xff_ff_ff;
const signedPreKeyId = 1;

/** The identity, pre-keys and Signal sessions of one simulated phone. Bundles are made without end. */
export class PhoneKeys implements SignalKeys, SenderKeyVault {
  readonly identity: KeyPair;
  readonly registrationId: number;
  readonly signedPreKey: KeyPair;
  readonly #phone: string;
  readonly #store: Store;
  readonly #stored: StoredKeys;
  readonly #preKeys = new Map<number, KeyPair>();
  readonly #sessions = new Map<string, StoredSession>();
  readonly #senderKeys = new Map<string, string>();

  constructor(phone: string, store: Store, stored?: StoredKeys) {
    this.#phone = phone;
    this.#store = store;
    this.#stored = stored ?? {
      identity: storeKeyPair(generateKeyPair()),
      registrationId: randomInt(1, 16_381),
      signedPreKey: storeKeyPair(generateKeyPair()),
      signature: undefined,
      nextPreKeyId: 1,
    };
    this.identity = loadKeyPair(this.#stored.identity);
    this.registrationId = this.#stored.registrationId;
    this.signedPreKey = loadKeyPair(this.#stored.signedPreKey);
    this.#keep();
  }

  /** Takes a pre-key or a session out of the store at the start. */
  restorePreKey(id: number, stored: StoredKeyPair): void {
    this.#preKeys.set(id, loadKeyPair(stored));
  }

  restoreSession(address: string, session: StoredSession): void {
    this.#sessions.set(address, session);
  }

  restoreSenderKey(name: string, key: string): void {
    this.#senderKeys.set(name, key);
  }

  loadSession(peer: Peer): StoredSession | undefined {
    return this.#sessions.get(addressOf(peer));
  }

  storeSession(peer: Peer, session: StoredSession): void {
    const address = addressOf(peer);
    this.#sessions.set(address, session);
    this.#store.put(`session/${this.#phone}/${address}`, () => this.#sessions.get(address) ?? session);
  }

  removeSession(peer: Peer): void {
    this.#sessions.delete(addressOf(peer));
    this.#store.remove(`session/${this.#phone}/${addressOf(peer)}`);
  }

  loadSenderKey(name: string): string | undefined {
    return this.#senderKeys.get(name);
  }

  storeSenderKey(name: string, key: string): void {
    limited(this.#senderKeys, senderKeysMax).set(name, key);
    this.#store.put(`sender-key/${this.#phone}/${name}`, () => this.#senderKeys.get(name) ?? key);
  }

  /** The phone was set up anew, so to speak: it keeps its identity, and no session opens any more. */
  forgetSessions(): number {
    const count = this.#sessions.size;
    for (const address of this.#sessions.keys()) this.#store.remove(`session/${this.#phone}/${address}`);
    this.#sessions.clear();
    for (const name of this.#senderKeys.keys()) this.#store.remove(`sender-key/${this.#phone}/${name}`);
    this.#senderKeys.clear();
    return count;
  }

  loadPreKey(id: number): KeyPair | undefined {
    return this.#preKeys.get(id);
  }

  removePreKey(id: number): void {
    this.#preKeys.delete(id);
    this.#store.remove(`pre-key/${this.#phone}/${id}`);
  }

  /** A bundle with a pre-key of its own. The first one costs a signature. */
  issueBundle(): KeyBundle {
    const id = this.#stored.nextPreKeyId;
    this.#stored.nextPreKeyId = id >= preKeyIdMax ? 1 : id + 1;
    const pair = generateKeyPair();
    this.#preKeys.set(id, pair);
    this.#store.put(`pre-key/${this.#phone}/${id}`, () => storeKeyPair(pair));
    const [oldest] = this.#preKeys.keys();
    if (this.#preKeys.size > preKeysMax && oldest !== undefined) this.removePreKey(oldest);
    this.#stored.signature ??= sign(this.identity.privateKey, withKeyType(this.signedPreKey.publicKey)).toString(
      'base64',
    );
    this.#keep();
    return {
      registrationId: this.registrationId,
      identity: this.identity.publicKey,
      signedPreKey: {
        id: signedPreKeyId,
        publicKey: this.signedPreKey.publicKey,
        signature: Buffer.from(this.#stored.signature, 'base64'),
      },
      preKey: { id, publicKey: pair.publicKey },
    };
  }

  #keep(): void {
    this.#store.put(`keys/${this.#phone}`, () => this.#stored);
  }
}

function addressOf(peer: Peer): string {
  return `${peer.phone}.${peer.device}`;
}
