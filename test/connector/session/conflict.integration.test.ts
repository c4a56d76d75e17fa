import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { type SimulatedWorld, startSimulatedWorld } from '../support/simulated-world.ts';

describe('a socket that WhatsApp replaced (440)', () => {
  let world: SimulatedWorld;

  beforeAll(async () => {
    world = await startSimulatedWorld();
  });
  afterAll(() => world?.stop());

  const logins = async () => (await world.control('GET', '/stats')).logins as number;

  it('waits and comes back while the shard is still ours', async () => {
    const phone = '491595000001';
    const { machine, events, row } = await world.link(phone);
    const before = await logins();
    await world.control('POST', '/faults', { kind: 'conflict', phone });
    await waitFor('the loss to be told', async () => (await row()).status === 'reconnecting');
    expect(await row()).toMatchObject({ statusReason: 'used_elsewhere' });
    expect(await logins()).toBe(before);
    await waitFor('the session to be back', async () => (await row()).status === 'connected');
    expect(await logins()).toBe(before + 1);
    expect(events.filter(({ status }) => status === 'conflict')).toEqual([]);
    await machine.stop();
  });

  it('stops quietly when the shard has another owner: no login, no word, the row as it was', async () => {
    const phone = '491595000002';
    const { machine, events, row } = await world.link(phone, { stillOwner: async () => false });
    // Each of them comes soon after the connection, by itself.
    await waitFor('the word of it', () => events.some(({ status }) => status === 'connected'));
    await waitFor('the first probe', async () => (await row()).lastProbe);
    const [before, told, was] = [await logins(), events.length, await row()];
    await world.control('POST', '/faults', { kind: 'conflict', phone });
    await waitFor('the end', () => machine.hasEnded);
    expect(await row()).toEqual(was);
    expect(events).toHaveLength(told);
    expect(await logins()).toBe(before);
  });
});
