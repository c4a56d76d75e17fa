import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { waitFor } from './support/wait-for.ts';

const owner = '491770000001';
const friend = '491770000002';
let dataFolder: string;
let simulator: RunningSimulator | undefined;
let control: ControlClient;

async function start(): Promise<RunningSimulator> {
  simulator = await startSimulator({ dataFolder });
  control = new ControlClient(simulator.controlUrl);
  return simulator;
}

async function stop(): Promise<void> {
  await simulator?.stop();
  simulator = undefined;
}

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'wharf-simulator-'));
});

afterEach(async () => {
  await stop();
  await rm(dataFolder, { recursive: true, force: true });
});

it('keeps root, phones, links, Signal sessions, inboxes and queues over a restart', async () => {
  const { rootPublicKeyBase64 } = await start();
  await control.post('/phones', { phone: owner, name: 'Olga Owner' });
  const client = await linkClient(simulator as RunningSimulator, owner);
  const first = await client.socket.sendMessage(`${friend}@s.whatsapp.net`, { text: 'before the restart' });
  await control.post(`/phones/${friend}/messages`, { to: owner, text: 'seen before' });
  await waitFor('the text', () => client.texts().includes('seen before'));
  const inbox = await waitFor('the inbox', async () => {
    const messages = await control.inbox(friend);
    return messages.length === 1 ? messages : undefined;
  });
  // The receipt comes a moment after the message, and would wait in the queue of a device that is gone by then.
  await waitFor('the receipt', () => client.statusesOf(first?.key.id ?? '').some(({ update }) => update.status === 3));
  await waitFor('an empty queue', async () => (await control.get(`/phones/${owner}`)).devices[0].queued === 0);
  client.close();
  await waitFor('the device to be offline', async () => !(await control.get(`/phones/${owner}`)).devices[0].online);
  await control.post(`/phones/${friend}/messages`, { to: owner, texts: ['queued one', 'queued two'] });
  await stop();

  const again = await start();
  expect(again.rootPublicKeyBase64).toBe(rootPublicKeyBase64);
  expect(await control.inbox(friend)).toEqual(inbox);
  expect(await control.get(`/phones/${owner}`)).toMatchObject({
    name: 'Olga Owner',
    devices: [{ device: 1, queued: 2, unacked: 0 }],
  });
  const returning = new BaileysClient(again.url, client.auth);
  await returning.opened();
  await waitFor('the queue', () => returning.texts().includes('queued two'));
  expect(returning.texts()).toEqual(['queued one', 'queued two']);
  await control.post(`/phones/${friend}/messages`, { to: owner, text: 'after the restart' });
  await waitFor('a new text', () => returning.texts().includes('after the restart'));
  const sent = await returning.socket.sendMessage(`${friend}@s.whatsapp.net`, { text: 'still friends' });
  await waitFor('the answer', async () => (await control.inbox(friend)).some((each) => each.id === sent?.key.id));
  expect(await control.get('/stats')).toMatchObject({ undecryptable: 0, refusedByDevices: 0, retriesAsked: 0 });
  returning.close();
});

it('keeps groups, their keys, files and the certificate of the media server', async () => {
  await start();
  const client = await linkClient(simulator as RunningSimulator, owner);
  const { id: group } = await control.post('/groups', { subject: 'Kept', owner, members: [friend], crowd: 3 });
  await client.socket.sendMessage(group, { text: 'before' });
  await control.post(`/phones/${friend}/messages`, { to: group, image: { size: 1000 } });
  await waitFor('the text', async () => (await control.inbox(friend)).length === 1);
  const image = await waitFor('it', () => client.received.find(({ message }) => message.message?.imageMessage));
  const { certificate } = await control.get('/certificate');
  // What is not acknowledged comes again, and a client cannot read a message of a group twice.
  await waitFor('an empty queue', async () => (await control.get(`/phones/${owner}`)).devices[0].queued === 0);
  client.close();
  await stop();

  const again = await start();
  expect(await control.get(`/groups/${group}`)).toMatchObject({ subject: 'Kept', size: 5, crowd: 3 });
  expect((await control.get('/certificate')).certificate).toBe(certificate);
  const { pathname } = new URL(image.message.message?.imageMessage?.url ?? '');
  expect((await fetch(again.controlUrl + pathname)).status).toBe(200);
  const returning = new BaileysClient(again.url, client.auth);
  await returning.opened();
  await returning.socket.sendMessage(group, { text: 'after' });
  await waitFor('the next', async () => (await control.inbox(friend)).length === 2);
  await control.post(`/phones/${friend}/messages`, { to: group, text: 'also after' });
  await waitFor('the answer', () => returning.texts().includes('also after'));
  expect(await control.get('/stats')).toMatchObject({ undecryptable: 0, retriesAsked: 0 });
  returning.close();
});

it('is not troubled by a line that a crash has torn', async () => {
  await start();
  await control.post('/phones', { phone: owner, name: 'Olga Owner' });
  await stop();
  await appendFile(join(dataFolder, 'simulator.journal'), '{"key":"account/4917700000');
  await start();
  expect(await control.get(`/phones/${owner}`)).toMatchObject({ name: 'Olga Owner' });
});

it('refuses a corrupt folder and a folder in use with one sentence', async () => {
  await start();
  await expect(startSimulator({ dataFolder })).rejects.toThrow(/in use/);
  await control.post('/phones', { phone: owner });
  await stop();
  const file = join(dataFolder, 'simulator.journal');
  const lines = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, [lines[0], 'garbage', ...lines.slice(1)].join('\n'));
  await expect(startSimulator({ dataFolder })).rejects.toThrow(/corrupt: line 2 of .* cannot be read/);
  await writeFile(file, 'no journal at all\n');
  await expect(startSimulator({ dataFolder })).rejects.toThrow(/corrupt: line 1/);
});
