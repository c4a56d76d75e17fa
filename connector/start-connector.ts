import { createAccountStandings } from '../core/accounts/account-standing.ts';
import { findUser } from '../core/accounts/find-user.ts';
import { createCommandQueue } from '../core/commands/command-queue.ts';
import { shardQueueUrl } from '../core/environment.ts';
import { createSealer, type Sealer } from '../core/sealing/sealer.ts';
import { openProxyUrl } from '../core/sessions/sealed-proxy.ts';
import { createHandleCommand } from './commands/handle-command.ts';
import { ShardReceiver } from './commands/shard-receiver.ts';
import type { Configuration } from './configuration.ts';
import type { Clients } from './create-clients.ts';
import { createConversations } from './create-conversations.ts';
import { createBaileysEngine } from './engine/baileys/baileys-engine.ts';
import { monitorHealth } from './health.ts';
import { createEventQueue, type PublishEvent } from './inbox/event-queue.ts';
import { createMessageRetention, type MessageRetention } from './inbox/message-retention.ts';
import { deleteKeys } from './keys/delete-keys.ts';
import { openVault } from './keys/open-vault.ts';
import { warmKeys } from './keys/warm-keys.ts';
import { errorFields, type Logger } from './logger.ts';
import { systemClock } from './membership/clock.ts';
import { guardClient } from './membership/guard-client.ts';
import { logFleetEvent } from './membership/log-fleet-event.ts';
import { Membership } from './membership/membership.ts';
import { type Held, protectWhileNeeded } from './membership/protect-while-needed.ts';
import { createTaskProtection } from './membership/task-protection.ts';
import { WorkerMetrics } from './metrics/worker-metrics.ts';
import { ConnectGate } from './session/connect-gate.ts';
import type { SessionDependencies, Surroundings } from './session/session-dependencies.ts';
import { SessionRegistry } from './session/session-registry.ts';
import { createClientVersionRow } from './storage/client-version-row.ts';
import { createFleetStore, type FleetStore } from './storage/fleet-store.ts';
import { createLinkingStore } from './storage/linking-store.ts';
import { createSessionStateStore } from './storage/session-state.ts';

export interface ConnectorOptions extends Surroundings {
  readonly configuration: Configuration;
  readonly clients: Clients;
  readonly logger: Logger;
  /** Ownership is lost and all sockets are closed: the process must end. */
  readonly onFenced: (reason: string) => void;
}

export interface Connector {
  readonly workerId: string;
  readonly incarnation: string;
  /** Gives all sessions back and leaves the fleet. */
  stop(): Promise<void>;
}

/**
 * Starts a connector: joins the fleet, takes shards, and from then on keeps their sessions as their rows want them.
 *
 * @example const connector = await startConnector({ configuration, clients, logger, ...surroundings, onFenced });
 */
export async function startConnector(options: ConnectorOptions): Promise<Connector> {
  const { configuration, clients, logger } = options;
  const owner = { workerId: configuration.workerId, incarnation: configuration.incarnation };
  const fleet = createFleetStore({ dynamodb: clients.fleet, tableName: configuration.tables.fleet });
  const mayAct = () => membership.mayAct();
  const onTrouble = (message: string, error: unknown) => logger.warn(errorFields(error), message);
  const sealer = sealerOf(options, configuration.tables.keys);
  const health = monitorHealth(options.monotonicNow);
  const metrics = new WorkerMetrics({
    ...{ stage: configuration.stage, logger, now: options.now },
    gauges: () => ({ ...heldBy(membership, registry), health: health.read() }),
  });
  const publish = metrics.countEvents(createEventQueue({ sqs: clients.sqs, queueUrl: configuration.eventsQueueUrl }));
  const conversations = createConversations({
    ...options,
    sealer,
    publish,
    sendCommand: createCommandQueue({ sqs: clients.sqs, queueUrlPrefix: configuration.shardQueueUrlPrefix }),
    retentionDays: retentionDaysOf(options),
    mayAct,
  });
  const connectGate = new ConnectGate({ now: options.monotonicNow, logger });
  const dependencies = createDependencies(options, {
    fleet,
    connectGate,
    sealer,
    publish,
    conversations,
    incarnation: owner.incarnation,
    mayAct,
  });
  const registry = new SessionRegistry(dependencies, owner);
  const handle = createHandleCommand({ ...conversations, registry, logger });
  const protection = createTaskProtection({ agentUri: configuration.agentUri, clock: systemClock, onTrouble });

  const protect = protectWhileNeeded(protection, () => heldBy(membership, registry));
  const membership: Membership = new Membership({
    ...configuration,
    fleet,
    processId: process.pid,
    clock: { ...systemClock, now: options.now, monotonicNow: options.monotonicNow },
    random: options.random,
    health: health.read,
    fallCount: () => connectGate.fallCount,
    onFleetStorm: (isStorm) => connectGate.noteFleet(isStorm),
    ...serveShards(options, registry, handle),
    onEvent: (event) => {
      logFleetEvent(logger, event);
      if (event.type === 'fenced') {
        metrics.fenced();
        options.onFenced(event.reason);
      } else protect(event);
    },
    onTrouble,
  });
  guardAll(clients, () => membership.isFenced());
  await membership.join();
  protect();
  return {
    ...owner,
    stop: async () => {
      await membership.leave();
      conversations.destroy();
      protection.stop();
      metrics.stop();
    },
  };
}

/** What having, taking and giving a shard means here: its sessions, and the receiver of its queue. */
function serveShards(
  { configuration, clients, logger }: ConnectorOptions,
  registry: SessionRegistry,
  handle: ReturnType<typeof createHandleCommand>,
) {
  const receivers = new Map<number, ShardReceiver>();
  return {
    sessionCount: () => registry.activeCount,
    sessionsOf: (shard: number) => registry.activeCountOf(shard),
    onPreload: (shard: number) => registry.preloadShard(shard),
    onDropPreloaded: (shard: number) => registry.dropPreloaded(shard),
    onFenced: () => registry.killAll(),
    onTaken: (shard: number, epoch: number) => {
      registry.takeShard(shard, epoch);
      const queueUrl = shardQueueUrl(configuration.shardQueueUrlPrefix, shard);
      const work = { handle: handle.bind(undefined, shard), shard, queueUrl };
      receivers.set(shard, new ShardReceiver({ ...clients, ...work, logger }));
    },
    onReleasing: async (shard: number) => {
      await receivers.get(shard)?.stop();
      receivers.delete(shard);
      await registry.releaseShard(shard);
    },
  };
}

function heldBy(membership: Membership, registry: SessionRegistry): Held {
  return { shards: membership.ownedCount, sessions: registry.activeCount };
}

/** All but the client that beats: the fence follows from it. */
function guardAll({ fleet: _fleet, destroy: _destroy, ...guarded }: Clients, isFenced: () => boolean): void {
  for (const client of Object.values(guarded)) guardClient(client, isFenced);
}

function sealerOf({ configuration, clients: { kms, dynamodb } }: ConnectorOptions, tableName: string): Sealer {
  return createSealer({ kms, keyId: configuration.sealingKeyId, dynamodb, tableName });
}

function retentionDaysOf({ configuration, clients: { dynamodb }, logger }: ConnectorOptions): MessageRetention {
  const control = { dynamodb, tableName: configuration.tables.control };
  const standings = createAccountStandings({
    findUser: (userId) => findUser(control, userId),
    plans: configuration.plans,
    defaultPlan: configuration.defaultPlan,
  });
  return createMessageRetention(standings, logger);
}

interface Parts {
  readonly fleet: FleetStore;
  readonly connectGate: ConnectGate;
  readonly sealer: Sealer;
  readonly publish: PublishEvent;
  readonly conversations: ReturnType<typeof createConversations>;
  readonly incarnation: string;
  readonly mayAct: () => boolean;
}

function createDependencies(
  options: ConnectorOptions,
  { fleet, connectGate, sealer, publish, conversations, incarnation, mayAct }: Parts,
): SessionDependencies {
  const { configuration, clients, logger, now, monotonicNow, random } = options;
  const { dynamodb } = clients;
  const { tables } = configuration;
  const surroundings = { now, monotonicNow, random };
  // What the API seals for a connector lies under the data keys of its own table.
  const controlSealer = sealerOf(options, tables.control);
  const keysTable = { dynamodb, tableName: tables.keys };
  return {
    ...surroundings,
    ...conversations.session,
    logger,
    publish,
    engine: createBaileysEngine({
      logger,
      mayAct,
      now,
      monotonicNow,
      versionStore: createClientVersionRow({ dynamodb, tableName: tables.fleet }),
      proxyGuard: { allowedCidrs: configuration.allowedCidrs },
      ...(configuration.simulator === undefined ? {} : { simulator: configuration.simulator }),
    }),
    openProxyUrl: (session) => openProxyUrl(session, controlSealer),
    openVault: (name, epoch) => openVault({ ...keysTable, ...name, sealer, epoch }),
    warmKeys: (name) => warmKeys({ ...keysTable, ...name, sealer }),
    deleteKeys: (name) => deleteKeys({ ...keysTable, ...name }),
    states: createSessionStateStore({ dynamodb, tableName: tables.control }),
    linking: createLinkingStore({ dynamodb, tableName: tables.control, now }),
    connectGate,
    stillOwner: async (shard) => (await fleet.shard(shard))?.incarnation === incarnation,
  };
}
