import type { WASocket } from '@whiskeysockets/baileys';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { type SimulatedWorld, startSimulatedWorld } from '../support/simulated-world.ts';

const sockets = vi.hoisted(() => [] as WASocket[]);

vi.mock(import('@whiskeysockets/baileys'), async (importOriginal) => {
  const original = await importOriginal();
  const makeWASocket: typeof original.makeWASocket = (options) => {
    const socket = original.makeWASocket(options);
    sockets.push(socket);
    return socket;
  };
  return { ...original, makeWASocket };
});

describe('the end of a socket', () => {
  let world: SimulatedWorld;

  beforeAll(async () => {
    world = await startSimulatedWorld();
  });
  afterAll(() => world?.stop());

  /** Events that Baileys holds back, and whether they were handed on. */
  function holdEvent() {
    const heard: unknown[] = [];
    const ev = sockets.at(-1)?.ev;
    ev?.on('contacts.update', (update) => heard.push(...update));
    ev?.buffer();
    ev?.emit('contacts.update', [{ id: '1@lid' }]);
    expect(heard).toEqual([]);
    return heard;
  }

  it('hands on what Baileys held back when it ends in order', async () => {
    const { machine } = await world.link('491580000001');
    const heard = holdEvent();
    await machine.stop();
    expect(heard).toContainEqual({ id: '1@lid' });
  });

  it('is what loses it otherwise: a socket that ends at once hands nothing on', async () => {
    const { machine } = await world.link('491580000002');
    const heard = holdEvent();
    machine.kill();
    await waitFor('the socket to be gone', async () => (await world.control('GET', '/stats')).openSockets === 0);
    expect(heard).not.toContainEqual({ id: '1@lid' });
  });
});
