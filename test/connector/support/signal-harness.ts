import { createRequire } from 'node:module';
import {
  type AuthenticationCreds,
  addTransactionCapability,
  DEFAULT_CONNECTION_CONFIG,
  generateSignalPubKey,
  initAuthCreds,
  type SignalKeyStore,
  type SignalKeyStoreWithTransaction,
} from '@whiskeysockets/baileys';
import type { DurableRepositoryOptions } from '../../../connector/engine/baileys/durable-repository.ts';

// biome-ignore lint/suspicious/noExplicitAny: the types of libsignal leave out half of what it exports
const libsignal: any = createRequire(import.meta.url)('libsignal');

type MakeRepository = DurableRepositoryOptions['makeRepository'];

const silentLogger = {
  level: 'silent',
  child: () => silentLogger,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A store in memory whose calls can be slow, fail, and be watched. */
export class SlowStore {
  readonly items = new Map<string, unknown>();
  delay: () => Promise<void> = async () => undefined;
  beforeWrite: () => void = () => undefined;
  onWritten: (keys: string[]) => void = () => undefined;

  asKeyStore(): SignalKeyStore {
    return {
      get: async (type, ids) => {
        await this.delay();
        return Object.fromEntries(
          ids.flatMap((id) => {
            const value = this.items.get(`${type}/${id}`);
            return value === undefined ? [] : [[id, structuredClone(value)]];
          }),
        ) as never;
      },
      set: async (data) => {
        await this.delay();
        this.beforeWrite();
        const written: string[] = [];
        for (const [type, values] of Object.entries(data)) {
          for (const [id, value] of Object.entries(values ?? {})) {
            if (value === null) this.items.delete(`${type}/${id}`);
            else this.items.set(`${type}/${id}`, structuredClone(value));
            written.push(`${type}/${id}`);
          }
        }
        this.onWritten(written);
      },
    };
  }
}

/** One linked device of ours: credentials, key store and the repository under test. */
export class Tenant {
  readonly creds: AuthenticationCreds = initAuthCreds();
  readonly store = new SlowStore();
  readonly id: string;
  keys!: SignalKeyStoreWithTransaction;
  repository!: ReturnType<MakeRepository>;
  readonly #make: MakeRepository;

  constructor(name: string, make: MakeRepository) {
    this.id = `${name}:1@s.whatsapp.net`;
    this.creds.me = { id: this.id };
    this.#make = make;
    this.restart();
  }

  /** As after a crash: the store stays, everything in memory is new. */
  restart(): void {
    this.keys = addTransactionCapability(this.store.asKeyStore(), silentLogger, {
      maxCommitRetries: 1,
      delayBetweenTriesMs: 1,
    });
    this.repository = this.#make({ creds: this.creds, keys: this.keys }, silentLogger, async () => []);
  }

  /** As `relayMessage` does it: encryption inside a transaction under the own id. */
  send(jid: string, text: string): Promise<{ type: string; ciphertext: Uint8Array }> {
    return this.keys.transaction(() => this.repository.encryptMessage({ jid, data: Buffer.from(text) }), this.id);
  }

  receive(jid: string, message: Sealed): Promise<Uint8Array> {
    return this.repository.decryptMessage({ jid, type: message.type, ciphertext: message.ciphertext });
  }
}

export interface Sealed {
  readonly type: 'pkmsg' | 'msg';
  readonly ciphertext: Buffer;
}

/** The contact's phone: a Signal device of its own with one session per tenant. */
export class Contact {
  readonly #creds = initAuthCreds();
  readonly #sessions = new Map<string, unknown>();

  async meet(tenant: Tenant): Promise<void> {
    const preKey = libsignal.curve.generateKeyPair();
    await tenant.store.asKeyStore().set({
      'pre-key': { '1': { public: preKey.pubKey.subarray(1), private: preKey.privKey } },
    });
    const { signedIdentityKey, signedPreKey, registrationId } = tenant.creds;
    const builder = new libsignal.SessionBuilder(this.#storage(), this.#address(tenant));
    await builder.initOutgoing({
      registrationId,
      identityKey: generateSignalPubKey(signedIdentityKey.public),
      signedPreKey: {
        keyId: signedPreKey.keyId,
        publicKey: generateSignalPubKey(signedPreKey.keyPair.public),
        signature: signedPreKey.signature,
      },
      preKey: { keyId: 1, publicKey: preKey.pubKey },
    });
  }

  async encrypt(tenant: Tenant, text: string): Promise<Sealed> {
    const cipher = new libsignal.SessionCipher(this.#storage(), this.#address(tenant));
    const { type, body } = await cipher.encrypt(Buffer.from(text));
    return { type: type === 3 ? 'pkmsg' : 'msg', ciphertext: Buffer.from(body, 'binary') };
  }

  async decrypt(tenant: Tenant, message: { type: string; ciphertext: Uint8Array }): Promise<string> {
    const cipher = new libsignal.SessionCipher(this.#storage(), this.#address(tenant));
    const bytes = Buffer.from(message.ciphertext);
    const plain =
      message.type === 'pkmsg'
        ? await cipher.decryptPreKeyWhisperMessage(bytes)
        : await cipher.decryptWhisperMessage(bytes);
    return plain.toString();
  }

  /** The contact's side has an address of its own per tenant, so its jobs never wait for a tenant's. */
  #address(tenant: Tenant) {
    return new libsignal.ProtocolAddress(`contact-of-${tenant.id.split(':')[0]}`, 0);
  }

  #storage() {
    return {
      loadSession: async (id: string) => {
        const record = this.#sessions.get(id);
        return record === undefined ? undefined : libsignal.SessionRecord.deserialize(structuredClone(record));
      },
      storeSession: async (id: string, session: { serialize(): unknown }) => {
        this.#sessions.set(id, structuredClone(session.serialize()));
      },
      isTrustedIdentity: () => true,
      loadPreKey: async () => undefined,
      removePreKey: async () => undefined,
      loadSignedPreKey: () => ({
        privKey: Buffer.from(this.#creds.signedPreKey.keyPair.private),
        pubKey: generateSignalPubKey(this.#creds.signedPreKey.keyPair.public),
      }),
      getOurRegistrationId: () => this.#creds.registrationId,
      getOurIdentity: () => ({
        privKey: Buffer.from(this.#creds.signedIdentityKey.private),
        pubKey: generateSignalPubKey(this.#creds.signedIdentityKey.public),
      }),
    };
  }
}

let scratchAddresses = 0;

/** Whether the stored Signal session has moved past this message: decrypting it once more, in a scratch copy, is refused. */
export async function hasAdvanced(tenant: Tenant, address: string, message: Sealed): Promise<boolean> {
  const record = structuredClone(tenant.store.items.get(`session/${address}`));
  if (record === undefined) return false;
  scratchAddresses += 1;
  const storage = {
    loadSession: async () => libsignal.SessionRecord.deserialize(record),
    storeSession: async () => undefined,
    isTrustedIdentity: () => true,
    getOurIdentity: () => ({
      privKey: Buffer.from(tenant.creds.signedIdentityKey.private),
      pubKey: generateSignalPubKey(tenant.creds.signedIdentityKey.public),
    }),
  };
  const cipher = new libsignal.SessionCipher(storage, new libsignal.ProtocolAddress(`scratch-${scratchAddresses}`, 0));
  try {
    await cipher.decryptWhisperMessage(message.ciphertext);
    return false;
  } catch {
    return true;
  }
}

export const shippedRepository: MakeRepository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository;
