import type { Session } from '../../core/sessions/session.ts';
import type { DirectoryEvent } from '../engine/directory-event.ts';
import type { Engine, EngineEvent, GroupSnapshot, IncomingMessage } from '../engine/port.ts';
import type { PublishEvent } from '../inbox/event-queue.ts';
import type { SessionFacts } from '../inbox/incoming-event.ts';
import type { IncomingSession } from '../inbox/take-incoming.ts';
import type { KeyVault } from '../keys/key-vault.ts';
import type { Logger } from '../logger.ts';
import type { SendingDesk } from '../sending/sending-desk.ts';
import type { LinkingStore } from '../storage/linking-store.ts';
import type { MessageStore } from '../storage/message-store.ts';
import type { SessionName, SessionStateStore } from '../storage/session-state.ts';
import type { ConnectGate } from './connect-gate.ts';
import type { SessionHandle } from './session-handle.ts';
import type { SessionMachine } from './session-machine.ts';

/** Clocks and chance, so that tests decide them. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly monotonicNow: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Everything that a session reaches outside itself; shared by all sessions of a process. */
export interface SessionDependencies extends Surroundings {
  readonly engine: Engine;
  readonly openVault: (name: SessionName, epoch: number) => Promise<KeyVault>;
  /** Makes the next opening of a session's keys fast, without disturbing their owner. */
  readonly warmKeys: (name: SessionName) => Promise<unknown>;
  readonly deleteKeys: (name: SessionName) => Promise<unknown>;
  /** Of a session that is gone; resolves to their number. */
  readonly deleteMessages: (name: SessionName) => Promise<number>;
  /** The address of the session's own proxy, if it has one. Secret. */
  readonly openProxyUrl: (session: Session) => Promise<string | undefined>;
  readonly states: SessionStateStore;
  readonly linking: LinkingStore;
  readonly messages: MessageStore;
  readonly publish: PublishEvent;
  readonly takeIncoming: (message: IncomingMessage, session: IncomingSession) => Promise<void>;
  readonly takeReceipt: (receipt: Extract<EngineEvent, { type: 'receipt' }>, session: SessionFacts) => Promise<void>;
  /** What WhatsApp tells beside messages: people, groups, presence, calls. */
  readonly takeDirectory: (event: DirectoryEvent, session: SessionMachine) => Promise<void>;
  readonly findGroup: (name: SessionName, groupId: string) => Promise<GroupSnapshot | undefined>;
  /** Takes up media that are still to be fetched; called whenever the session is connected. */
  readonly resumeMedia: (session: SessionHandle) => Promise<void>;
  /** What keeps messages back: told when the session is connected or ceases to be, and what WhatsApp says of new chats. Both come back at once. */
  readonly sending: Pick<SendingDesk, 'resume' | 'takeLock'>;
  /** One for the worker, so that a take-over does not open hundreds of sockets at once. */
  readonly connectGate: Pick<ConnectGate, 'pass' | 'countOpen' | 'fell'>;
  /** Whether the shard's row still names this process. */
  readonly stillOwner: (shard: number) => Promise<boolean>;
  /** About how often a connected session shows that it is in use, milliseconds; by default as `keep-alive.ts` says. */
  readonly keepAliveMs?: number;
  readonly logger: Logger;
}
