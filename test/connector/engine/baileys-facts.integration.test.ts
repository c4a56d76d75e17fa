import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { type SimulatedWorld, startSimulatedWorld } from '../support/simulated-world.ts';
import { testSession } from '../support/test-session.ts';

describe('Baileys against a server', () => {
  let world: SimulatedWorld;

  beforeAll(async () => {
    world = await startSimulatedWorld();
  });
  afterAll(() => world?.stop());

  const openSockets = async () => (await world.control('GET', '/stats')).openSockets as number;

  it('shows three rounds of QR codes, each of all its references, then rests until somebody asks', async () => {
    const { machine, events, row } = await testSession(world.tables, world.makeEngine(60));
    await machine.reconcile();
    await waitFor('the end of the rounds', async () => (await row()).status === 'qr_expired');
    const codes = events.filter(({ type }) => type === 'qr.updated').map(({ data }) => data.qr);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length % 3).toBe(0);
    await machine.reconcile();
    expect(machine.isActive).toBe(false);
    await machine.stop();
  });

  it('ends a socket that went silent by force, and connects again', async () => {
    const phone = '491540000001';
    const { machine, row } = await world.link(phone);
    await world.control('POST', '/faults', { kind: 'silence', phone });
    world.skip(26_000);
    // The peer does not answer a close either: without force Baileys would wait for it for 30 s more.
    await waitFor('the loss to be noticed', async () => (await row()).status === 'reconnecting', 25_000);
    await world.control('POST', '/faults', { kind: 'clear' });
    await waitFor('the session to be back', async () => (await row()).status === 'connected');
    await machine.stop();
  });

  it('leaves no socket behind, whether it ends in order or at once', async () => {
    const first = await world.link('491540000002');
    await waitFor('its socket alone', async () => (await openSockets()) === 1);
    await first.machine.stop();
    await waitFor('the socket to be closed', async () => (await openSockets()) === 0);
    const second = await world.link('491540000003');
    second.machine.kill();
    await waitFor('the socket to be gone', async () => (await openSockets()) === 0);
  });

  it('throws the credentials of an abandoned pairing code away, and links by a new QR', async () => {
    const phone = '491540000004';
    await world.control('POST', '/phones', { phone });
    const saved: unknown[] = [];
    const vault = {
      get: async () => ({}),
      set: async () => undefined,
      credentials: undefined,
      saveCredentials: async (credentials: unknown) => void saved.push(credentials),
      failure: undefined,
      onFailure: () => undefined,
      readAhead: async () => undefined,
    };
    const engine = world.makeEngine();
    for (const pairingPhone of [phone, undefined]) {
      const events: string[] = [];
      const connection = await engine.connect({
        sessionId: 'ses_pairing',
        vault,
        ...(pairingPhone === undefined ? {} : { pairingPhone }),
        onEvent: ({ type }) => events.push(type),
        onMessage: async () => undefined,
        wasTaken: async () => false,
        findProtocol: async () => undefined,
        findGroup: async () => undefined,
      });
      const expected = pairingPhone === undefined ? 'qr' : 'pairing_code';
      await waitFor(expected, () => events.includes(expected) || events.includes('closed'));
      expect(events).toContain(expected);
      expect(events).not.toContain('closed');
      await connection.drain();
      expect(saved).toEqual([]);
    }
  });
});
