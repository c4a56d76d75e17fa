import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { sendText } from '../support/send-text.ts';
import { type SimulatedWorld, startSimulatedWorld } from '../support/simulated-world.ts';

const owners = ['491590000001', '491590000002'];
const rounds = 5;

describe('sessions that write to the same new contact at the same moment', () => {
  let world: SimulatedWorld;

  beforeAll(async () => {
    world = await startSimulatedWorld();
  });
  afterAll(() => world?.stop());

  it('are all read by it without a second try, also when it writes to them just then', async () => {
    const linked = [];
    for (const owner of owners) linked.push(await world.link(owner));
    const connections = await Promise.all(linked.map(({ machine }) => machine.whenOpen(10_000)));
    for (let round = 0; round < rounds; round++) {
      const contact = `4915900001${round}0`;
      await world.control('POST', '/phones', { phone: contact });
      const ids = connections.map((_, index) => `3EB0COMMON${round}${index}`);
      // The contact opens sessions from its side at the same time.
      const crossing = owners.map((to) =>
        world.control('POST', `/phones/${contact}/messages`, { to, text: 'crossing' }),
      );
      const outcomes = await Promise.all(
        connections.map((connection, index) =>
          sendText(connection, {
            chatId: `${contact}@s.whatsapp.net`,
            messageId: ids[index] ?? '',
            text: `round ${round}`,
          }),
        ),
      );
      expect(outcomes.map((outcome) => outcome?.kind)).toEqual(owners.map(() => 'acknowledged'));
      await Promise.all(crossing);
      await waitFor('all messages on the phone', async () => {
        const { messages } = await world.control('GET', `/phones/${contact}/messages`);
        return ids.every((id) => messages.some((message: { id: string }) => message.id === id));
      });
    }
    await waitFor(
      'all receipts of the crossing messages',
      async () => (await world.control('GET', '/stats')).unacked === 0,
    );
    const { undecryptable, retriesAsked, duplicates } = await world.control('GET', '/stats');
    expect({ undecryptable, retriesAsked, duplicates }).toEqual({ undecryptable: 0, retriesAsked: 0, duplicates: 0 });
    await Promise.all(linked.map(({ machine }) => machine.stop()));
  });
});
