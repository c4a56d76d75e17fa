import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { waitFor } from './support/wait-for.ts';

const owner = '491700000001';
const friend = '491700000002';
let simulator: RunningSimulator;
let control: ControlClient;

beforeAll(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator.controlUrl);
});

afterAll(() => simulator.stop());

it('links a client by QR, logs it in, and brings texts both ways', async () => {
  await control.post('/phones', { phone: owner, name: 'Olga Owner' });
  const client = new BaileysClient(simulator.url);
  const linked = await control.post(`/phones/${owner}/scan`, { qr: await client.qr() });
  expect(linked).toEqual({ phone: owner, device: 1, jid: `${owner}:1@s.whatsapp.net` });
  expect(await client.closed()).toBe(515);
  await client.reconnect();
  await waitFor('the push name', () => client.auth.creds.me?.name === 'Olga Owner');
  expect(client.auth.creds.me?.lid).toMatch(/^2\d{14}:1@lid$/);

  const { id } = await control.post(`/phones/${friend}/messages`, { to: owner, text: 'hello Olga' });
  const inbound = await waitFor('the text at the client', () =>
    client.received.find(({ message }) => message.key.id === id),
  );
  expect(inbound.type).toBe('notify');
  expect(inbound.message.message?.conversation).toBe('hello Olga');
  expect(inbound.message.key.remoteJid).toBe(`${friend}@s.whatsapp.net`);

  const sent = await client.socket.sendMessage(`${friend}@s.whatsapp.net`, { text: 'hello friend' });
  const [received] = await waitFor('the text at the phone', async () => {
    const inbox = await control.inbox(friend);
    return inbox.length > 0 ? inbox : undefined;
  });
  expect(received).toMatchObject({ id: sent?.key.id, from: owner, fromDevice: 1, text: 'hello friend', copies: 1 });
  const outgoing = await control.outgoing(owner);
  expect(outgoing).toMatchObject([{ id: sent?.key.id, to: friend, byDevice: 1, text: 'hello friend', copies: 1 }]);
  client.close();
});
