import type { Logger } from 'pino';
import { Directory } from '../accounts/directory.ts';
import type { Connection } from '../connection.ts';
import { Crowd } from '../groups/crowd.ts';
import { GroupDirectory } from '../groups/group-directory.ts';
import { MediaShelf } from '../media/media-shelf.ts';
import { PairingDesk } from '../pairing/pairing-desk.ts';
import { StartError } from '../start-error.ts';
import { JournalStore } from '../storage/journal-store.ts';
import { memoryStore, type Store } from '../storage/store.ts';
import { issueCertificateChain } from '../wire/certificate.ts';
import { generateKeyPair, type KeyPair, loadKeyPair, type StoredKeyPair, storeKeyPair } from '../wire/key-pair.ts';
import { sign } from '../wire/libsignal.ts';
import { EventLog } from './event-log.ts';
import { FaultBoard } from './fault-board.ts';
import { announceLocks } from './reach-out-lock.ts';
import { defaultSettings, isOnWhatsApp } from './settings.ts';
import { Statistics } from './statistics.ts';
import { Timers } from './timers.ts';
import { tlsIdentity } from './tls-identity.ts';
import type { World } from './world.ts';

export interface WorldOptions {
  readonly logger: Logger;
  readonly dataFolder: string | undefined;
  readonly receiptDelayMs: number | undefined;
  /** Where the server listens. */
  readonly host: string;
}

/** Builds a simulator's inside, from its data folder if it has one. The server's certificate is made anew at each start, under the same root. */
export async function createWorld(options: WorldOptions): Promise<{ world: World; rootPublicKey: Buffer }> {
  const { logger } = options;
  const store =
    options.dataFolder === undefined
      ? memoryStore
      : await JournalStore.open(options.dataFolder, (error) =>
          logger.error({ err: error }, 'the data folder cannot be written'),
        );
  const root = rootKey(store);
  const staticKey = generateKeyPair();
  const settings = { ...defaultSettings };
  if (options.receiptDelayMs !== undefined) settings.receiptDelayMs = options.receiptDelayMs;
  const directory = new Directory(store, (phone, isKnown) => isOnWhatsApp(settings, phone, isKnown));
  try {
    await directory.restore();
  } catch (error) {
    await store.close();
    throw new StartError(`The data folder ${options.dataFolder} is corrupt: its entries do not fit together.`, {
      cause: error,
    });
  }
  const connections = new Set<Connection>();
  const nowSeconds = Math.floor(Date.now() / 1000);
  const tls = tlsIdentity(store, options.host);
  const crowd = new Crowd();
  const world: World = {
    store,
    directory,
    crowd,
    groups: new GroupDirectory(store, crowd),
    connections,
    media: new MediaShelf(options.dataFolder, store),
    pairing: new PairingDesk(),
    settings,
    faults: new FaultBoard(() => {
      applySilence(world);
      announceLocks(world);
    }),
    statistics: new Statistics(),
    events: new EventLog(),
    timers: new Timers(),
    logger,
    noise: { staticKey, certificate: issueCertificateChain({ root, staticKey: staticKey.publicKey, nowSeconds }) },
    tls: { ...tls, signature: sign(root.privateKey, Buffer.from(tls.certificate)) },
  };
  return { world, rootPublicKey: root.publicKey };
}

/** Freezes and thaws the open sockets, whenever a fault begins or ends. */
function applySilence(world: World): void {
  for (const connection of world.connections) {
    connection.freeze(world.faults.find('silence', connection.phone) !== undefined);
  }
}

function rootKey(store: Store): KeyPair {
  for (const [, value] of store.entries('root')) return loadKeyPair(value as StoredKeyPair);
  const root = generateKeyPair();
  store.put('root', () => storeKeyPair(root));
  return root;
}
