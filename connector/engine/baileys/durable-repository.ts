import type { AuthenticationCreds, SignalKeyStoreWithTransaction, SocketConfig } from '@whiskeysockets/baileys';
import { createBreather } from '../../concurrency/breather.ts';
import type { KeyedLock } from '../../concurrency/keyed-lock.ts';

type MakeSignalRepository = SocketConfig['makeSignalRepository'];
type SignalRepository = ReturnType<MakeSignalRepository>;

/** One for the whole process: its sessions share the event loop. The first message to a group encrypts for every device of every member. */
const breathe = createBreather();

export interface DurableRepositoryOptions {
  /** The repository of Baileys itself. */
  readonly makeRepository: MakeSignalRepository;
  /** One for the whole process, keyed by signal address. */
  readonly addressLock: KeyedLock;
  /**
   * Makes a decrypted message durable; called between decryption and the commit of the ratchet. When it rejects, nothing is
   * committed. `ciphertext` is the very buffer of the stanza. Resolves to the plaintext to go on with when it must be another one.
   */
  publish(ciphertext: Uint8Array, plaintext: Uint8Array, senderJid: string): Promise<Uint8Array | undefined>;
  /**
   * Asked when a message cannot be decrypted: plaintext to go on with when this very message was published and committed before, by
   * a process that died before its receipt. Without it Baileys would ask the sender to encrypt it once more.
   */
  recallRepeat(ciphertext: Uint8Array, senderJid: string): Promise<Uint8Array | undefined>;
}

/**
 * Decorates the signal repository of Baileys so that a message is published before its ratchet is stored, and stored before its
 * receipt goes out. Two locks are needed for that to be true; `test/connector/inbox/overlap-stress.test.ts` counts what breaks without:
 *
 * - Every change of a Signal session runs as a key transaction under the socket's own id. Baileys locks a send by the own id but a
 *   decryption by the sender's, each with its own snapshot; the last commit would win. The nested transaction of Baileys joins
 *   the outer one, so the ratchet is written only after `work` has returned.
 * - Inside it, a process-wide lock per signal address. libsignal keeps one job queue per address for the whole process and runs a
 *   waiting job in the async context of whoever started the queue, which would put one tenant's ratchet into another's
 *   transaction.
 *
 * Order is always own id, then address, so there is no cycle. Check again with each version of Baileys.
 *
 * @example makeWASocket({ …, makeSignalRepository: durableRepository({ makeRepository, addressLock, publish, recallRepeat }) })
 */
export function durableRepository({
  makeRepository,
  addressLock,
  publish,
  recallRepeat,
}: DurableRepositoryOptions): MakeSignalRepository {
  return (auth, logger, pnToLid) => {
    const inner = makeRepository(auth, logger, pnToLid);
    const keys = auth.keys as SignalKeyStoreWithTransaction;
    const creds = auth.creds as AuthenticationCreds;
    const alone = <T>(address: string | undefined, work: () => Promise<T>): Promise<T> =>
      keys.transaction(
        () => (address === undefined ? work() : addressLock(address, work)),
        // The very key that Baileys uses for sends and pre-keys.
        creds.me?.id ?? 'upload-pre-keys',
      );
    const address = (jid: string) => inner.jidToSignalProtocolAddress(jid);
    const senderKey = (group: string, author: string) => `${group}::${address(author)}`;
    const take = async (ciphertext: Uint8Array, senderJid: string, decrypt: () => Promise<Uint8Array>) => {
      let plaintext: Uint8Array;
      try {
        plaintext = await decrypt();
      } catch (error) {
        const repeat = await recallRepeat(ciphertext, senderJid);
        if (repeat === undefined) throw error;
        return repeat;
      }
      return (await publish(ciphertext, plaintext, senderJid)) ?? plaintext;
    };

    const decorated: SignalRepository = {
      ...inner,
      decryptMessage: (options) =>
        alone(address(options.jid), () => take(options.ciphertext, options.jid, () => inner.decryptMessage(options))),
      decryptGroupMessage: (options) =>
        alone(senderKey(options.group, options.authorJid), () =>
          take(options.msg, options.authorJid, () => inner.decryptGroupMessage(options)),
        ),
      processSenderKeyDistributionMessage: (options) =>
        alone(senderKey(options.item.groupId ?? '', options.authorJid), () =>
          inner.processSenderKeyDistributionMessage(options),
        ),
      encryptMessage: (options) =>
        alone(address(options.jid), async () => {
          await breathe();
          return inner.encryptMessage(options);
        }),
      injectE2ESession: (options) =>
        alone(address(options.jid), async () => {
          await breathe();
          return inner.injectE2ESession(options);
        }),
      migrateSession: (from, to) => alone(undefined, () => inner.migrateSession(from, to)),
      deleteSession: (jids) => alone(undefined, () => inner.deleteSession(jids)),
    };
    return decorated;
  };
}
