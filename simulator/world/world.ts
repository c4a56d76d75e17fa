import type { Logger } from 'pino';
import type { Directory } from '../accounts/directory.ts';
import type { Connection } from '../connection.ts';
import type { Crowd } from '../groups/crowd.ts';
import type { GroupDirectory } from '../groups/group-directory.ts';
import type { MediaShelf } from '../media/media-shelf.ts';
import type { PairingDesk } from '../pairing/pairing-desk.ts';
import type { Store } from '../storage/store.ts';
import type { KeyPair } from '../wire/key-pair.ts';
import type { TlsIdentity } from '../wire/tls-certificate.ts';
import type { EventLog } from './event-log.ts';
import type { FaultBoard } from './fault-board.ts';
import type { Settings } from './settings.ts';
import type { Statistics } from './statistics.ts';
import type { Timers } from './timers.ts';

/** Everything that belongs to one running simulator, handed to whoever works in it. */
export interface World {
  readonly store: Store;
  readonly directory: Directory;
  readonly crowd: Crowd;
  readonly groups: GroupDirectory;
  readonly connections: Set<Connection>;
  readonly media: MediaShelf;
  readonly pairing: PairingDesk;
  readonly settings: Settings;
  readonly faults: FaultBoard;
  readonly statistics: Statistics;
  readonly events: EventLog;
  readonly timers: Timers;
  readonly logger: Logger;
  /** The server's Noise static key and the encoded chain that vouches for it. */
  readonly noise: { readonly staticKey: KeyPair; readonly certificate: Buffer };
  /** What media servers show by TLS, and the root's signature over the certificate. */
  readonly tls: TlsIdentity & { readonly signature: Buffer };
}
