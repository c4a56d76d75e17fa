import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Engine } from '../../../connector/engine/port.ts';
import { deleteKeys } from '../../../connector/keys/delete-keys.ts';
import { openVault } from '../../../connector/keys/open-vault.ts';
import type { SessionDependencies } from '../../../connector/session/session-dependencies.ts';
import { SessionMachine } from '../../../connector/session/session-machine.ts';
import { createLinkingStore } from '../../../connector/storage/linking-store.ts';
import { createMessageStore } from '../../../connector/storage/message-store.ts';
import { createSessionStateStore } from '../../../connector/storage/session-state.ts';
import { noAutoReply } from '../../../core/auto-reply/auto-reply.ts';
import type { EventEnvelope } from '../../../core/events/event.ts';
import { newId } from '../../../core/ids.ts';
import type { Session } from '../../../core/sessions/session.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { testSealer } from './test-sealer.ts';
import type { TestTables } from './test-tables.ts';

const tenantId = 'usr_test';

/** One session in this process over real tables, with an engine of the caller's choice. */
export async function testSession(
  { dynamodb, names }: TestTables,
  engine: Engine,
  changes: Partial<SessionDependencies> = {},
  settings: Session['settings'] = {},
) {
  const sessionId = newId('ses');
  const name = { tenantId, sessionId };
  const at = new Date().toISOString();
  const row: Session = {
    ...name,
    name: 'test',
    shard: 0,
    desired: 'connected',
    desiredRev: 1,
    status: 'starting',
    statusRev: 0,
    statusSince: at,
    statusHistory: [],
    metadata: {},
    settings,
    autoReply: noAutoReply,
    createdAt: at,
    updatedAt: at,
  };
  await dynamodb.send(
    new PutCommand({ TableName: names.control, Item: { ...tableKeys.session(tenantId, sessionId), ...row } }),
  );
  const events: EventEnvelope[] = [];
  const keys = { dynamodb, tableName: names.keys };
  const states = createSessionStateStore({ dynamodb, tableName: names.control });
  const nothing = () => undefined;
  const dependencies: SessionDependencies = {
    engine,
    states,
    now: Date.now,
    monotonicNow: () => performance.now(),
    random: () => 0,
    openVault: (each, epoch) => openVault({ ...keys, ...each, sealer: testSealer, epoch }),
    warmKeys: async () => undefined,
    openProxyUrl: async () => undefined,
    deleteKeys: (each) => deleteKeys({ ...keys, ...each }),
    deleteMessages: async () => 0,
    linking: createLinkingStore({ dynamodb, tableName: names.control, now: Date.now }),
    messages: createMessageStore({ dynamodb, tableName: names.messages, sealer: testSealer }),
    publish: async (event) => {
      events.push(event);
    },
    takeIncoming: async () => undefined,
    takeReceipt: async () => undefined,
    takeDirectory: async () => undefined,
    findGroup: async () => undefined,
    resumeMedia: async () => undefined,
    sending: { resume: nothing, takeLock: nothing },
    connectGate: { pass: async () => undefined, countOpen: nothing, fell: nothing },
    stillOwner: async () => true,
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    ...changes,
  };
  const machine = new SessionMachine(dependencies, name, 0, { workerId: 'wrk_1', incarnation: 'inc_1', epoch: 1 });
  return { machine, events, row: async () => (await states.find(name)) as Session };
}
