import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { waitFor } from './support/wait-for.ts';

let simulator: RunningSimulator;
let control: ControlClient;
const clients: BaileysClient[] = [];

function open(...rest: [] | [BaileysClient['auth']]): BaileysClient {
  const client = new BaileysClient(simulator.url, ...rest);
  clients.push(client);
  return client;
}

async function link(phone: string): Promise<BaileysClient> {
  const client = await linkClient(simulator, phone);
  clients.push(client);
  return client;
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

describe('linking by QR', () => {
  it('tells the client to restart, logs it in and gives it the name of the owner', async () => {
    const phone = '491710000001';
    await control.post('/phones', { phone, name: 'Olga Owner' });
    const client = open();
    const linked = await control.post(`/phones/${phone}/scan`, { qr: await client.qr() });
    expect(linked).toEqual({ phone, device: 1, jid: `${phone}:1@s.whatsapp.net` });
    expect(await client.closed()).toBe(515);
    await client.reconnect();
    await waitFor('the push name', () => client.auth.creds.me?.name === 'Olga Owner');
    expect(client.auth.creds.me?.lid).toMatch(/^2\d{14}:1@lid$/);
    const { devices } = await control.get(`/phones/${phone}`);
    expect(devices).toMatchObject([{ device: 1, online: true, preKeys: expect.any(Number) }]);
    expect(devices[0].preKeys).toBeGreaterThan(800);
    const kinds = (await control.events()).filter((event) => event.phone === phone).map((event) => event.kind);
    expect(kinds).toEqual(['pairing', 'linked', 'login']);
  });

  it('takes the bare text without the address, and each QR once', async () => {
    const client = open();
    const qr = await client.qr();
    await control.post('/phones/491710000002/scan', { qr: qr.split('#')[1] });
    const again = await control.request('POST', '/phones/491710000002/scan', { qr });
    expect(again).toMatchObject({ status: 404, body: { error: { code: 'unknown_code' } } });
  });

  it('refuses a QR whose keys are not those of the connection', async () => {
    const [reference] = (await open().qr()).split('#')[1]?.split(',') ?? [];
    const other = (await open().qr()).split(',').slice(1);
    const answer = await control.request('POST', '/phones/491710000003/scan', {
      qr: [reference, ...other].join(','),
    });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'unknown_code' } } });
  });

  it('links no fifth device', async () => {
    const phone = '491710000004';
    for (let device = 1; device <= 4; device++) {
      const { device: number } = await control.post(`/phones/${phone}/scan`, { qr: await open().qr() });
      expect(number).toBe(device);
    }
    const fifth = await control.request('POST', `/phones/${phone}/scan`, { qr: await open().qr() });
    expect(fifth).toMatchObject({ status: 409, body: { error: { code: 'too_many_devices' } } });
  });

  it('sends a passkey request instead of a link while that fault stands', async () => {
    const phone = '491710000005';
    await control.post('/faults', { kind: 'passkey', phone });
    const client = open();
    const answer = await control.request('POST', `/phones/${phone}/scan`, { qr: await client.qr() });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'passkey_required' } } });
    await waitFor('the notification', () => client.notifications.includes('passkey_prologue_request'));
    expect(client.connection.some((update) => update.isNewLogin)).toBe(false);
  });
});

it('sends the first history again to a client that died before it made use of it', async () => {
  const client = open();
  await control.post('/phones/491710000006/scan', { qr: await client.qr() });
  await client.closed();
  client.restart();
  await waitFor('a login', () => client.connection.some((update) => update.connection === 'open'));
  await client.reconnect();
  await waitFor('the history', () => client.histories > 0 && (client.auth.creds.accountSyncCounter ?? 0) > 0);
});

describe('linking by code', () => {
  it('links with the right code, whatever its form', async () => {
    const phone = '491720000001';
    const client = open();
    await client.qr();
    const code = await client.socket.requestPairingCode(phone);
    await waitFor('the request for a code', async () => {
      const typed = `${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`;
      const answer = await control.request('POST', `/phones/${phone}/link-code`, { code: typed });
      return answer.status === 200 && answer.body.device === 1;
    });
    expect(await client.closed()).toBe(515);
    await client.reconnect();
    expect(client.auth.creds.registered).toBe(true);
  });

  it('refuses a wrong code and links with the right one afterwards', async () => {
    const phone = '491720000002';
    const client = open();
    await client.qr();
    const code = await client.socket.requestPairingCode(phone);
    const type = (typed: string) => control.request('POST', `/phones/${phone}/link-code`, { code: typed });
    const wrong = await waitFor('the request for a code', async () => {
      const answer = await type('WRNGC0DE');
      return answer.status === 404 ? undefined : answer;
    });
    expect(wrong).toMatchObject({ status: 422, body: { error: { code: 'wrong_code' } } });
    expect(await type(code)).toMatchObject({ status: 200, body: { device: 1 } });
  });

  it('knows no code for a number that nobody asked one for', async () => {
    const answer = await control.request('POST', '/phones/491720000003/link-code', { code: 'ABCD1234' });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'unknown_code' } } });
  });

  it('refuses the login of an abandoned attempt with 401', async () => {
    const client = open();
    await client.qr();
    await client.socket.requestPairingCode('491720000004');
    client.restart();
    expect(await client.closed()).toBe(401);
  });
});

describe('the end of a link', () => {
  it('closes the socket with 401 when the phone unlinks, and refuses every later login', async () => {
    const phone = '491730000001';
    const client = await link(phone);
    expect(await control.post(`/phones/${phone}/unlink`)).toEqual({ unlinked: [1] });
    expect(await client.closed()).toBe(401);
    client.restart();
    expect(await client.closed()).toBe(401);
    expect((await control.get(`/phones/${phone}`)).devices).toEqual([]);
    const nothing = await control.request('POST', `/phones/${phone}/unlink`, {});
    expect(nothing).toMatchObject({ status: 404, body: { error: { code: 'not_linked' } } });
  });

  it('forgets the device when the client logs out', async () => {
    const phone = '491730000002';
    const client = await link(phone);
    await client.socket.logout();
    await waitFor('the device to be gone', async () => (await control.get(`/phones/${phone}`)).devices.length === 0);
    expect(await client.closed()).toBe(401);
  });

  it('refuses a device that comes with another Noise key', async () => {
    const client = await link('491730000003');
    const { publicKey, privateKey } = (await import('../../simulator/wire/key-pair.ts')).generateKeyPair();
    Object.assign(client.auth.creds, { noiseKey: { public: publicKey, private: privateKey } });
    client.restart();
    expect(await client.closed()).toBe(401);
  });
});
