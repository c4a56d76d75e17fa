import { GroupCipher } from '@whiskeysockets/baileys/lib/Signal/Group/group_cipher.js';
import { GroupSessionBuilder } from '@whiskeysockets/baileys/lib/Signal/Group/group-session-builder.js';
import { SenderKeyDistributionMessage } from '@whiskeysockets/baileys/lib/Signal/Group/sender-key-distribution-message.js';
import { SenderKeyName } from '@whiskeysockets/baileys/lib/Signal/Group/sender-key-name.js';
import { SenderKeyRecord } from '@whiskeysockets/baileys/lib/Signal/Group/sender-key-record.js';
import type { Peer } from './signal-cipher.ts';

/** Where a phone keeps sender keys, as JSON text under names of group and peer. */
export interface SenderKeyVault {
  loadSenderKey(name: string): string | undefined;
  storeSenderKey(name: string, key: string): void;
}

/**
 * Group encryption of one simulated phone. A record is read from its stored form for every operation and written back on success only:
 * what fails leaves no trace.
 */
export class SenderKeys {
  readonly #self: Peer;
  readonly #vault: SenderKeyVault;

  constructor(phone: string, vault: SenderKeyVault) {
    this.#self = { phone, device: 0 };
    this.#vault = vault;
  }

  /** What others need to read this phone's next messages to a group; the key is made on first use. */
  async distribution(group: string): Promise<Buffer> {
    const created = await new GroupSessionBuilder(this.#storage()).create(nameOf(group, this.#self));
    return Buffer.from(created.serialize());
  }

  /** Takes the key that a device has handed out for a group. */
  async accept(group: string, peer: Peer, distribution: Uint8Array): Promise<void> {
    const parsed = new SenderKeyDistributionMessage(null, null, null, null, distribution);
    await new GroupSessionBuilder(this.#storage()).process(nameOf(group, peer), parsed);
  }

  /** Encrypts for a group whose key was made by `distribution`. Costs a signature in pure JavaScript, about 9 ms. */
  async encrypt(group: string, plaintext: Buffer): Promise<Buffer> {
    return Buffer.from(await new GroupCipher(this.#storage(), nameOf(group, this.#self)).encrypt(plaintext));
  }

  /** Throws when the key is not known, was used already, or the signature is false. */
  async decrypt(group: string, peer: Peer, ciphertext: Buffer): Promise<Buffer> {
    return Buffer.from(await new GroupCipher(this.#storage(), nameOf(group, peer)).decrypt(ciphertext));
  }

  #storage() {
    return {
      loadSenderKey: async (name: SenderKeyName) => {
        const stored = this.#vault.loadSenderKey(name.toString());
        return stored === undefined ? new SenderKeyRecord() : SenderKeyRecord.deserialize(Buffer.from(stored));
      },
      storeSenderKey: async (name: SenderKeyName, record: SenderKeyRecord) =>
        this.#vault.storeSenderKey(name.toString(), JSON.stringify(record.serialize())),
    };
  }
}

function nameOf(group: string, { phone, device }: Peer): SenderKeyName {
  return new SenderKeyName(group, { id: phone, deviceId: device, toString: () => `${phone}.${device}` });
}
