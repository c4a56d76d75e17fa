import {
  type AuthenticationCreds,
  Browsers,
  proto,
  type SignalKeyStore,
  type UserFacingSocketConfig,
  type WAVersion,
} from '@whiskeysockets/baileys';
import type { KeyVault } from '../../keys/key-vault.ts';

/** Revision of the web client that the pinned Baileys was tried with. Named here so that it never changes by accident. */
export const pinnedRevision = 1_043_857_760;
/** With the server silent, a missing pong shows within half a minute instead of a whole one. */
const keepAliveMs = 15_000;

/** History that only fills caches we do not have is refused; the rest carries the mapping of phone numbers to LIDs. */
const wantedHistory = new Set<number>([
  proto.HistorySync.HistorySyncType.INITIAL_BOOTSTRAP,
  proto.HistorySync.HistorySyncType.PUSH_NAME,
  proto.HistorySync.HistorySyncType.NON_BLOCKING_DATA,
]);

/**
 * The options that are the same for every socket; what is per session is merged by the caller.
 *
 * - `enableRecentMessageCache: false` and `emitOwnEvents: false` save memory and repeats; retries are served from the messages table.
 * - `markOnlineOnConnect: false` leaves the notifications on the owner's phone alone.
 * - Refusing RECENT history also skips a wait of 20 s at the first login.
 * - A frozen table must not freeze a session for the default 30 s: three commits, 200 ms apart.
 */
export const commonSocketOptions = {
  // A browser that WhatsApp knows: others make it refuse pairing codes.
  browser: Browsers.ubuntu('Chrome'),
  keepAliveIntervalMs: keepAliveMs,
  emitOwnEvents: false,
  markOnlineOnConnect: false,
  syncFullHistory: false,
  shouldSyncHistoryMessage: ({ syncType }) => wantedHistory.has(syncType ?? -1),
  enableRecentMessageCache: false,
  generateHighQualityLinkPreview: false,
  transactionOpts: { maxCommitRetries: 3, delayBetweenTriesMs: 200 },
} satisfies Partial<UserFacingSocketConfig>;

/** The phone shows the name in its list of linked devices; the kind of browser stays one that WhatsApp knows. */
export function browserOf(name: string): [string, string, string] {
  const [, kind, version] = commonSocketOptions.browser;
  return [name, kind, version];
}

/** The version that a socket names. */
export const versionOf = (revision: number): WAVersion => [2, 3000, revision];

/** Baileys' view of the vault. Protobuf values must be instances again, since Baileys encodes them. */
export function authenticationState(creds: AuthenticationCreds, vault: KeyVault): UserFacingSocketConfig['auth'] {
  const keys: SignalKeyStore = {
    get: async (type, ids) => {
      const values = await vault.get(type, ids);
      if (type === 'app-state-sync-key') {
        for (const [id, value] of Object.entries(values)) {
          values[id] = proto.Message.AppStateSyncKeyData.fromObject(value as object);
        }
      }
      return values as Awaited<ReturnType<SignalKeyStore['get']>> as never;
    },
    set: (data) => vault.set(data as Parameters<KeyVault['set']>[0]),
  };
  return { creds, keys };
}
