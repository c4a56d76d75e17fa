import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { waitFor } from './support/wait-for.ts';

const friend = '491750000000'.replace(/0$/, '9');
let simulator: RunningSimulator;
let control: ControlClient;
const clients: BaileysClient[] = [];

async function link(phone: string): Promise<BaileysClient> {
  const client = await linkClient(simulator, phone);
  clients.push(client);
  return client;
}

/** Stops a client from reading, as a process does that is about to die. */
function deafen(client: BaileysClient): void {
  (client.socket.ws as unknown as { socket: WebSocket }).socket.pause();
}

beforeAll(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator.controlUrl);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await control.request('DELETE', '/faults');
});

afterAll(() => simulator.stop());

describe('the queue of a device', () => {
  it('keeps what comes while the device is away, and brings it in order', async () => {
    const phone = '491750000001';
    const client = await link(phone);
    await waitFor('an empty queue', async () => (await control.get(`/phones/${phone}`)).devices[0].queued === 0);
    client.close();
    await waitFor('the device to be offline', async () => !(await control.get(`/phones/${phone}`)).devices[0].online);
    const texts = Array.from({ length: 25 }, (_, index) => `while away ${index}`);
    const { ids } = await control.post(`/phones/${friend}/messages`, { to: phone, texts });
    expect((await control.get(`/phones/${phone}`)).devices[0]).toMatchObject({ queued: 25, unacked: 0 });
    await client.reconnect();
    await waitFor('the last text', () => client.texts().includes('while away 24'));
    const mine = client.received.filter(({ message }) => ids.includes(message.key.id));
    expect(mine.map(({ message }) => message.key.id)).toEqual(ids);
    expect(mine.every(({ type }) => type === 'append')).toBe(true);
    await waitFor('all acknowledged', async () => (await control.get(`/phones/${phone}`)).devices[0].queued === 0);
  });

  it('sends again what was not acknowledged', async () => {
    const phone = '491750000002';
    const client = await link(phone);
    await control.post(`/phones/${friend}/messages`, { to: phone, text: 'acknowledged' });
    await waitFor('an empty queue', async () => (await control.get(`/phones/${phone}`)).devices[0].queued === 0);
    deafen(client);
    await control.post(`/phones/${friend}/messages`, { to: phone, texts: ['lost one', 'lost two'] });
    expect((await control.get(`/phones/${phone}`)).devices[0]).toMatchObject({ queued: 2, unacked: 2 });
    await client.reconnect();
    await waitFor('both texts', () => client.texts().includes('lost two'));
    expect(client.texts()).toEqual(['acknowledged', 'lost one', 'lost two']);
    await waitFor('all acknowledged', async () => (await control.get(`/phones/${phone}`)).devices[0].queued === 0);
  });

  it('keeps receipts too', async () => {
    const phone = '491750000003';
    const client = await link(phone);
    const sent = await client.socket.sendMessage(`${friend}@s.whatsapp.net`, { text: 'read it later' });
    const id = sent?.key.id ?? '';
    await waitFor('the text', async () => (await control.inbox(friend)).some((each) => each.id === id));
    client.close();
    await waitFor('the device to be offline', async () => !(await control.get(`/phones/${phone}`)).devices[0].online);
    await control.post(`/phones/${friend}/receipts`, { ids: [id], type: 'read' });
    await client.reconnect();
    await waitFor('the reading', () => client.statuses.some(({ key, update }) => key.id === id && update.status === 4));
  });
});

describe('two sockets of one device', () => {
  it('leave the newer one, and the older one hears of a conflict', async () => {
    const phone = '491750000011';
    const client = await link(phone);
    const { conflicts } = await control.get('/stats');
    const second = new BaileysClient(simulator.url, client.auth);
    clients.push(second);
    expect(await client.closed()).toBe(440);
    await second.opened();
    expect((await control.get('/stats')).conflicts).toBe(conflicts + 1);
    const events = (await control.events()).filter((event) => event.phone === phone);
    const conflict = events.find((event) => event.kind === 'conflict');
    const logins = events.filter((event) => event.kind === 'login');
    expect(conflict?.connection).toBe(logins.at(-2)?.connection);
    expect(logins.at(-1)?.connection).toBeGreaterThan(conflict?.connection ?? 0);
  });
});

describe('faults', () => {
  it.each([
    ['stream-error', 503, 503],
    ['stream-error', 515, 515],
    ['conflict', undefined, 440],
    ['drop', undefined, 428],
  ])('%s %s closes the socket with %i', async (kind, code, expected) => {
    const phone = '491750000021';
    const client = await link(phone);
    expect((await control.post('/faults', { kind, phone, code })).struck).toBe(1);
    expect(await client.closed()).toBe(expected);
    await client.reconnect();
    await control.post(`/phones/${phone}/unlink`);
  });

  it('refuse logins as long as they stand', async () => {
    const client = await link('491750000022');
    const { id } = await control.post('/faults', { kind: 'refuse-login', phone: '491750000022', code: 403 });
    client.restart();
    expect(await client.closed()).toBe(403);
    client.restart();
    expect(await client.closed()).toBe(403);
    expect((await control.request('DELETE', `/faults/${id}`)).status).toBe(200);
    await client.reconnect();
  });

  it('end by themselves after their time', async () => {
    const client = await link('491750000023');
    // Long enough for a login on a busy machine.
    await control.post('/faults', { kind: 'refuse-login', phone: '491750000023', code: 500, seconds: 5 });
    client.restart();
    expect(await client.closed()).toBe(500);
    await waitFor('the end of the fault', async () => (await control.get('/faults')).faults.length === 0);
    await client.reconnect();
  });

  it('silence a socket without closing it, and nothing is lost', async () => {
    const phone = '491750000024';
    const client = await link(phone);
    const { id } = await control.post('/faults', { kind: 'silence', phone });
    await control.post(`/phones/${friend}/messages`, { to: phone, text: 'into the silence' });
    const sending = client.socket.sendMessage(`${friend}@s.whatsapp.net`, { text: 'out of the silence' });
    const asking = client.socket.onWhatsApp('491750000025');
    const first = await Promise.race([asking.then(() => 'answered'), control.get('/stats').then(() => 'silent')]);
    expect(first).toBe('silent');
    expect(client.texts()).not.toContain('into the silence');
    await control.request('DELETE', `/faults/${id}`);
    await waitFor('the text', () => client.texts().includes('into the silence'));
    const sent = await sending;
    await waitFor('the text at the phone', async () =>
      (await control.inbox(friend)).some((each) => each.id === sent?.key.id && each.copies === 1),
    );
    expect(await asking).toMatchObject([{ exists: true }]);
  });
});
