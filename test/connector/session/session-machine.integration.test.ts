import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from '../../../connector/concurrency/sleep.ts';
import type { ConnectOptions, Engine } from '../../../connector/engine/port.ts';
import { waitFor } from '../../support/wait-for.ts';
import { testSession } from '../support/test-session.ts';
import { startTestTables, type TestTables } from '../support/test-tables.ts';

/** An engine whose sockets do what the test says. */
function stagedEngine() {
  const sockets: { options: ConnectOptions; terminated: boolean }[] = [];
  const engine: Engine = {
    isLinked: () => true,
    connect: async (options) => {
      const socket = { options, terminated: false };
      sockets.push(socket);
      return {
        send: async () => ({ kind: 'unknown', reason: 'staged' }),
        compose: async () => ({ kind: 'unknown', reason: 'staged' }),
        findAccount: async () => null,
        findReachOutLock: async () => undefined,
        probe: async () => undefined,
        fetchMedia: async () => ({ kind: 'unknown', reason: 'staged' }),
        call: async () => ({ kind: 'failed', failure: 'refused' }),
        markRead: async () => undefined,
        showPresence: async () => undefined,
        rejectCall: async () => undefined,
        logOut: async () => undefined,
        drain: async () => undefined,
        terminate: () => {
          socket.terminated = true;
        },
      };
    },
  };
  return { engine, sockets };
}

const replaced = { type: 'closed', closure: { code: 440, reason: 'replaced' } } as const;

describe('session machine', () => {
  let tables: TestTables;

  beforeAll(async () => {
    tables = await startTestTables();
  });
  afterAll(() => tables.stop());

  it('connects again at the next look when nobody could say whose a replaced session is', async () => {
    const { engine, sockets } = stagedEngine();
    const { machine } = await testSession(tables, engine, {
      stillOwner: async () => {
        throw new Error('The table is away.');
      },
    });
    await machine.reconcile();
    sockets[0]?.options.onEvent(replaced);
    await machine.reconcile();
    expect(sockets).toHaveLength(2);
    await machine.stop();
  });

  it('stops quietly when a replaced session has another owner', async () => {
    const { engine, sockets } = stagedEngine();
    const { machine, row, events } = await testSession(tables, engine, { stillOwner: async () => false });
    await machine.reconcile();
    sockets[0]?.options.onEvent({ type: 'open', account: {} });
    await waitFor('the word of the open session', () => events.some(({ status }) => status === 'connected'));
    const before = events.length;
    sockets[0]?.options.onEvent(replaced);
    await waitFor('the end', () => machine.hasEnded);
    await machine.reconcile();
    expect(sockets).toHaveLength(1);
    expect(await row()).toMatchObject({ status: 'connected' });
    expect(events).toHaveLength(before);
  });

  it('stops at once while it waits for its turn to connect', async () => {
    const { engine, sockets } = stagedEngine();
    let asked = false;
    const connectGate = {
      pass: (signal: AbortSignal) => {
        asked = true;
        return sleep(3_600_000, signal);
      },
      countOpen: () => undefined,
      fell: () => undefined,
    };
    const { machine } = await testSession(tables, engine, { connectGate });
    void machine.reconcile();
    await waitFor('the session to ask for its turn', () => asked);
    await machine.stop();
    expect(machine.hasEnded).toBe(true);
    expect(sockets).toHaveLength(0);
  });

  it('ends although its socket cannot be drained', async () => {
    const { engine, sockets } = stagedEngine();
    const broken: Engine = {
      ...engine,
      connect: async (options) => ({
        ...(await engine.connect(options)),
        drain: async () => {
          throw new Error('The socket is broken.');
        },
      }),
    };
    const { machine } = await testSession(tables, broken);
    await machine.reconcile();
    await machine.stop();
    await machine.reconcile();
    expect(machine.hasEnded).toBe(true);
    expect(sockets).toHaveLength(1);
  });

  it('drops what carries an id that no table takes, so that its message does not come for ever', async () => {
    const { engine, sockets } = stagedEngine();
    const taken: string[] = [];
    const { machine } = await testSession(tables, engine, {
      takeIncoming: async ({ messageId }) => void taken.push(messageId),
      takeReceipt: async ({ messageIds }) => void taken.push(...messageIds),
    });
    await machine.reconcile();
    const { options } = sockets[0] ?? {};
    const person = { id: '1@lid', phone: null, lid: '1@lid', name: null };
    const message = { chat: person, from: person, content: { type: 'text', text: 'x' }, fromMe: true } as const;
    const rest = { sentAt: '', delayed: false, rawChatId: '1@lid', rawSenderId: '1@lid' };
    const long = 'x'.repeat(1_025);
    await options?.onMessage({ ...message, ...rest, messageId: long });
    await options?.onMessage({ ...message, ...rest, messageId: 'A1' });
    expect(await options?.wasTaken(long, person)).toBe(false);
    options?.onEvent({ type: 'receipt', status: 'read', messageIds: [long, 'B2'], at: '' });
    await machine.stop();
    expect(taken).toEqual(['A1', 'B2']);
  });

  it('keeps nobody waiting for a connection after an abort', async () => {
    const { engine } = stagedEngine();
    const { machine } = await testSession(tables, engine);
    expect(await machine.whenOpen(3_600_000, AbortSignal.abort())).toBeUndefined();
  });
});
