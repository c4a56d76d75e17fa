import { type AuthenticationCreds, initAuthCreds } from '@whiskeysockets/baileys';
import type { KeyedLock } from '../../concurrency/keyed-lock.ts';
import { createKeyedLock } from '../../concurrency/keyed-lock.ts';
import { createSlots } from '../../concurrency/slots.ts';
import { type ClientVersionStore, ClientVersions } from '../client-versions.ts';
import type { Engine } from '../port.ts';
import { BaileysConnection } from './baileys-connection.ts';
import { isLinkedCredentials } from './credential-saver.ts';
import { awaitsFirstSync, holdDuringFirstSync } from './first-sync.ts';
import { lookUpRevision } from './look-up-revision.ts';
import { createMediaNetwork, type MediaNetwork } from './media/media-network.ts';
import { prepareBaileys } from './prepare-baileys.ts';
import type { ProxyGuard } from './proxy-agent.ts';
import type { EngineLogger } from './quiet-logger.ts';
import { createSharedCaches, type SessionCaches } from './shared-caches.ts';
import { pinnedRevision } from './socket-options.ts';
import type { TrustedSimulator } from './trust-simulator.ts';
import { createWatchdog, type Watchdog } from './watchdog.ts';

export interface BaileysEngineOptions {
  readonly logger: EngineLogger;
  /** A simulator in WhatsApp's place, already checked. */
  readonly simulator?: TrustedSimulator;
  /** What proxies of sessions may be reached; by default none that is not public. */
  readonly proxyGuard?: ProxyGuard;
  /** Where the fleet keeps what it knows of the client's version; without it each process looks for itself. */
  readonly versionStore?: ClientVersionStore;
  /** How long each QR code lives, in milliseconds; by default as WhatsApp has it, a minute for the first and 20 s for the others. */
  readonly qrLivesMs?: number;
  /** Whether this process may cause effects right now; asked before each frame. */
  readonly mayAct?: () => boolean;
  /** Wall clock and monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly monotonicNow: () => number;
}

/** What all connections of an engine share. */
export interface EngineParts {
  readonly logger: EngineLogger;
  readonly webSocketUrl: string;
  readonly qrLivesMs: number | undefined;
  readonly proxyGuard: ProxyGuard;
  readonly cachesOf: (sessionId: string) => SessionCaches;
  readonly addressLock: KeyedLock;
  readonly watchdog: Watchdog;
  readonly mediaNetwork: MediaNetwork;
  readonly mayAct: () => boolean;
  readonly versions: ClientVersions;
  readonly now: () => number;
  readonly monotonicNow: () => number;
}

const whatsappUrl = 'wss://web.whatsapp.com/ws/chat';

/** First histories of a process at once; the median one takes well under a second. */
const firstSyncsMax = 8;
/** A process that shares nothing. */
const alone: ClientVersionStore = {
  read: async () => undefined,
  mayLook: async () => true,
  write: async () => undefined,
};

/**
 * The engine over Baileys 7.0.0-rc14. One per process: its lock and caches span all sessions.
 *
 * @example const engine = createBaileysEngine({ logger, now: Date.now, monotonicNow: () => performance.now() });
 */
export function createBaileysEngine({
  logger,
  simulator,
  versionStore = alone,
  qrLivesMs,
  proxyGuard = { allowedCidrs: [] },
  mayAct,
  now,
  monotonicNow,
}: BaileysEngineOptions): Engine {
  prepareBaileys(simulator);
  const webSocketUrl = simulator?.url ?? whatsappUrl;
  const lookUp = () => lookUpRevision(webSocketUrl);
  const parts: EngineParts = {
    logger,
    webSocketUrl,
    qrLivesMs,
    proxyGuard,
    cachesOf: createSharedCaches(),
    addressLock: createKeyedLock(),
    watchdog: createWatchdog(monotonicNow),
    mediaNetwork: createMediaNetwork(simulator),
    mayAct: mayAct ?? (() => true),
    versions: new ClientVersions({ pinned: pinnedRevision, store: versionStore, lookUp, now, logger }),
    now,
    monotonicNow,
  };
  const firstSyncs = createSlots(firstSyncsMax);
  return {
    isLinked: (vault) => isLinkedCredentials(vault.credentials),
    connect: async (options) => {
      const stored = options.vault.credentials as AuthenticationCreds | undefined;
      const creds = isLinkedCredentials(stored) && stored !== undefined ? stored : initAuthCreds();
      if (!awaitsFirstSync(creds)) return new BaileysConnection(parts, options, creds);
      const giveBack = await firstSyncs.take(options.signal);
      const onEvent = holdDuringFirstSync(creds, giveBack, options.onEvent);
      return new BaileysConnection(parts, { ...options, onEvent }, creds);
    },
  };
}
