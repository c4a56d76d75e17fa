import type { Store } from '../storage/store.ts';
import { type Node, node, serverJid } from '../wire/node.ts';
import type { KeyBundle } from '../wire/signal-cipher.ts';
import { DeviceQueue } from './device-queue.ts';

/** What is known of a linked device; keys in base64. */
export interface CompanionState {
  readonly device: number;
  readonly keyIndex: number;
  readonly noiseKey: string;
  readonly identity: string;
  registrationId: number;
  signedPreKey: { id: number; publicKey: string; signature: string };
  /** The encoded ADVSignedDeviceIdentity that others need to trust this device. */
  readonly deviceIdentity: string;
  readonly linkedAt: string;
  /** How often the app state key and the first history were sent. */
  bootstraps: number;
  /** The device has made use of both: it has asked for app state and lived on. */
  isBootstrapped: boolean;
}

/** The socket of a device, as far as its queue needs it. */
export interface CompanionSocket {
  readonly id: number;
  /** The device asked for its messages, so new ones may go out at once. */
  readonly isActive: boolean;
  send(stanza: Node): void;
}

/** Below this many pre-keys the server asks the client for more, as the real one does. */
const preKeysLow = 5;
const preKeysMax = 5000;

/** A device linked to a phone: its public keys, its queue, and the socket it is logged in with. */
export class Companion {
  readonly phone: string;
  readonly state: CompanionState;
  readonly queue: DeviceQueue;
  socket: CompanionSocket | undefined;
  /** The device has said that its owner is there. */
  isAvailable = false;
  /** How often it has said that its owner is there, and that he is not. */
  readonly presences = { available: 0, unavailable: 0 };
  readonly #store: Store;
  readonly #preKeys = new Map<number, string>();
  #lowNoticeSent = false;

  constructor(phone: string, state: CompanionState, store: Store) {
    this.phone = phone;
    this.state = state;
    this.#store = store;
    this.queue = new DeviceQueue(`queue/${phone}/${state.device}`, store);
    this.keep();
  }

  get device(): number {
    return this.state.device;
  }

  get identity(): Buffer {
    return Buffer.from(this.state.identity, 'base64');
  }

  get preKeyCount(): number {
    return this.#preKeys.size;
  }

  keep(): void {
    this.#store.put(`device/${this.phone}/${this.device}`, () => this.state);
  }

  /** Takes a pre-key out of the store at the start. */
  restorePreKey(id: number, publicKey: string): void {
    this.#preKeys.set(id, publicKey);
  }

  /** Puts a stanza into the queue, and on the wire when the device is there. */
  deliver(stanza: Node, options: { afterOffline?: boolean } = {}): void {
    const queued = this.queue.push(stanza, options.afterOffline);
    if (this.socket?.isActive) {
      queued.sentOn = this.socket.id;
      this.socket.send(stanza);
    }
  }

  addPreKeys(keys: readonly { id: number; publicKey: Buffer }[]): void {
    for (const { id, publicKey } of keys) {
      if (this.#preKeys.size >= preKeysMax) break;
      const encoded = publicKey.toString('base64');
      this.#preKeys.set(id, encoded);
      this.#store.put(this.#preKeyPrefix() + id, () => encoded);
    }
    this.#lowNoticeSent = false;
  }

  /** A bundle with one pre-key, which is then gone; without one when the device has none left. */
  takeBundle(): KeyBundle {
    const { registrationId, signedPreKey } = this.state;
    const [first] = this.#preKeys;
    if (first !== undefined) {
      this.#preKeys.delete(first[0]);
      this.#store.remove(this.#preKeyPrefix() + first[0]);
      this.#askForPreKeys();
    }
    return {
      registrationId,
      identity: this.identity,
      signedPreKey: {
        id: signedPreKey.id,
        publicKey: Buffer.from(signedPreKey.publicKey, 'base64'),
        signature: Buffer.from(signedPreKey.signature, 'base64'),
      },
      ...(first === undefined ? {} : { preKey: { id: first[0], publicKey: Buffer.from(first[1], 'base64') } }),
    };
  }

  /** Forgets everything about the device. */
  discard(): void {
    this.queue.clear();
    for (const id of this.#preKeys.keys()) this.#store.remove(this.#preKeyPrefix() + id);
    this.#preKeys.clear();
    this.#store.remove(`device/${this.phone}/${this.device}`);
  }

  #askForPreKeys(): void {
    if (this.#preKeys.size >= preKeysLow || this.#lowNoticeSent || !this.socket?.isActive) return;
    this.#lowNoticeSent = true;
    const now = Date.now();
    this.deliver(
      node('notification', { from: serverJid, type: 'encrypt', id: `keys-${now}`, t: String(Math.floor(now / 1000)) }, [
        node('count', { value: String(this.#preKeys.size) }),
      ]),
    );
  }

  #preKeyPrefix(): string {
    return `companion-pre-key/${this.phone}/${this.device}/`;
  }
}
