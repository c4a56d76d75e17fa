import { expect, it } from 'vitest';
import { startSimulator } from '../../simulator/start-simulator.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { waitFor } from './support/wait-for.ts';

const owners = ['491792000001', '491792000002'] as const;
const contacts = Array.from({ length: 12 }, (_, index) => `4917920001${String(index).padStart(2, '0')}`);

it('reads what two linked clients write to a new common contact at the same moment', async () => {
  const simulator = await startSimulator({ receiptDelayMs: 0 });
  const control = new ControlClient(simulator.controlUrl);
  const clients = await Promise.all(owners.map((owner) => linkClient(simulator, owner)));
  for (const contact of contacts) {
    const jid = `${contact}@s.whatsapp.net`;
    await Promise.all([
      ...clients.flatMap(({ socket }) => ['a', 'b'].map((text) => socket.sendMessage(jid, { text }))),
      ...owners.map((to) => control.post(`/phones/${contact}/messages`, { to, texts: ['c', 'd'] })),
    ]);
  }
  for (const contact of contacts) {
    await waitFor('all four', async () => (await control.inbox(contact)).length === 4);
  }
  const { undecryptable, duplicates } = await control.get('/stats');
  expect({ undecryptable, duplicates }).toEqual({ undecryptable: 0, duplicates: 0 });
  for (const client of clients) client.close();
  await simulator.stop();
});
