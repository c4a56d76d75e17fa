import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import type { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { waitFor } from './support/wait-for.ts';

const delivered = 3;
const read = 4;
const owner = '491740000001';
let simulator: RunningSimulator;
let control: ControlClient;
let client: BaileysClient;

const jidOf = (phone: string) => `${phone}@s.whatsapp.net`;

async function sendFrom(sender: BaileysClient, phone: string, text: string): Promise<string> {
  const sent = await sender.socket.sendMessage(jidOf(phone), { text });
  return sent?.key.id ?? '';
}

async function received(phone: string, id: string) {
  return waitFor(`message ${id} at ${phone}`, async () => (await control.inbox(phone)).find((each) => each.id === id));
}

beforeAll(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator.controlUrl);
  await control.post('/phones', { phone: owner, name: 'Olga Owner' });
  client = await linkClient(simulator, owner);
});

afterEach(async () => {
  await control.request('DELETE', '/faults');
  await control.post('/settings', { receiptDelayMs: 150, addressing: 'pn' });
});

afterAll(async () => {
  client.close();
  await simulator.stop();
});

describe('from a phone to the client', () => {
  it('brings texts in order, each once', async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `number ${index}`);
    const { ids } = await control.post('/phones/491740000010/messages', { to: owner, texts });
    await waitFor('the last text', () => client.texts().includes('number 39'));
    const mine = client.received.filter(({ message }) => ids.includes(message.key.id));
    expect(mine.map(({ message }) => message.key.id)).toEqual(ids);
    expect(mine.map(({ message }) => message.message?.conversation)).toEqual(texts);
    expect(mine.every(({ type }) => type === 'notify')).toBe(true);
    await waitFor('an empty queue', async () => (await control.get('/stats')).queued === 0);
  });

  it('shows both addresses and the name of the author, from either address', async () => {
    const phone = '491740000011';
    const { lid } = await control.post('/phones', { phone, name: 'Fred Friend' });
    const first = await control.post(`/phones/${phone}/messages`, { to: `+${owner}`, text: 'by number' });
    const second = await control.post(`/phones/${phone}/messages`, { to: owner, text: 'by id', addressing: 'lid' });
    const find = (id: string) =>
      waitFor('the text', () => client.received.find(({ message }) => message.key.id === id)?.message);
    const byNumber = await find(first.id);
    expect(byNumber.key).toMatchObject({ remoteJid: jidOf(phone), remoteJidAlt: lid, fromMe: false });
    expect(byNumber.pushName).toBe('Fred Friend');
    expect((await find(second.id)).key).toMatchObject({ remoteJid: lid, remoteJidAlt: jidOf(phone) });
    expect((await control.get('/stats')).undecryptable).toBe(0);
  });

  it('brings what the owner writes on the phone itself as their own message', async () => {
    const friend = '491740000012';
    const { id } = await control.post(`/phones/${owner}/messages`, { to: friend, text: 'from my phone' });
    const { message } = await waitFor('the copy', () => client.received.find((each) => each.message.key.id === id));
    expect(message.key).toMatchObject({ remoteJid: jidOf(friend), fromMe: true });
    expect(message.message?.conversation).toBe('from my phone');
    expect(await received(friend, id)).toMatchObject({ from: owner, fromDevice: 0, text: 'from my phone' });
    await waitFor('the receipt of the friend', async () =>
      (await control.outgoing(owner)).some((each) => each.id === id && each.status === 'delivered'),
    );
  });

  it('sends again, with new keys, what the client could not decrypt', async () => {
    await control.post('/faults', { kind: 'corrupt-messages', phone: owner, count: 1 });
    const { id } = await control.post('/phones/491740000013/messages', { to: owner, text: 'spoilt once' });
    const found = await waitFor('the text after a retry', () =>
      client.received.find(({ message }) => message.key.id === id && message.message?.conversation),
    );
    expect(found.message.message?.conversation).toBe('spoilt once');
    expect((await control.get('/stats')).retriesAsked).toBe(1);
    await waitFor('an empty queue', async () => (await control.get('/stats')).queued === 0);
  });
});

describe('from the client to a phone', () => {
  it('decrypts the text once and keeps the copy of the owner apart', async () => {
    const friend = '491740000020';
    const id = await sendFrom(client, friend, 'hello friend');
    expect(await received(friend, id)).toMatchObject({
      from: owner,
      fromDevice: 1,
      text: 'hello friend',
      kind: 'text',
      copies: 1,
    });
    expect((await control.outgoing(owner)).find((each) => each.id === id)).toMatchObject({
      to: friend,
      byDevice: 1,
      text: 'hello friend',
      copies: 1,
    });
    expect((await control.inbox(owner)).some((each) => each.id === id)).toBe(false);
  });

  it('confirms the delivery after its delay, and the reading when the phone reads', async () => {
    const friend = '491740000021';
    const ids = [await sendFrom(client, friend, 'one'), await sendFrom(client, friend, 'two')];
    const has = (id: string, wanted: number) => client.statusesOf(id).some(({ update }) => update.status === wanted);
    await waitFor('both deliveries', () => ids.every((id) => has(id, delivered)));
    expect(ids.some((id) => has(id, read))).toBe(false);
    await control.post(`/phones/${friend}/receipts`, { ids, type: 'read' });
    await waitFor('both readings', () => ids.every((id) => has(id, read)));
    const unknown = await control.request('POST', `/phones/${friend}/receipts`, { ids: ['NO'], type: 'read' });
    expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'unknown_message' } } });
  });

  it('works by hidden id as well, and answers from the same address', async () => {
    const friend = '491740000026';
    const { lid } = await control.post('/phones', { phone: friend });
    const sent = await client.socket.sendMessage(lid, { text: 'to your hidden id' });
    const id = sent?.key.id ?? '';
    expect(await received(friend, id)).toMatchObject({ text: 'to your hidden id', addressedAs: 'lid', copies: 1 });
    const status = await waitFor('the delivery', () =>
      client.statusesOf(id).find(({ update }) => update.status === delivered),
    );
    expect(status.key).toMatchObject({ remoteJid: lid });
  });

  it('can confirm at once, which a quick client folds into its own message', async () => {
    await control.post('/settings', { receiptDelayMs: 0 });
    const id = await sendFrom(client, '491740000022', 'quick');
    await waitFor('the delivery', () => client.statusesOf(id).some(({ update }) => update.status === delivered));
  });

  it('passes on that the client has read', async () => {
    const friend = '491740000023';
    const { id } = await control.post(`/phones/${friend}/messages`, { to: owner, text: 'read me' });
    const { message } = await waitFor('the text', () => client.received.find((each) => each.message.key.id === id));
    await client.socket.readMessages([message.key]);
    await waitFor('the reading', async () =>
      (await control.outgoing(friend)).some((each) => each.id === id && each.status === 'read'),
    );
  });

  it('asks for a message that the phone cannot decrypt, and gets it', async () => {
    const friend = '491740000024';
    await received(friend, await sendFrom(client, friend, 'opens the session'));
    const before = (await control.get('/stats')).undecryptable;
    expect((await control.post('/faults', { kind: 'forget-sessions', phone: friend })).struck).toBe(1);
    const id = await sendFrom(client, friend, 'asked again');
    expect(await received(friend, id)).toMatchObject({ text: 'asked again', copies: 1 });
    expect((await control.get('/stats')).undecryptable).toBe(before + 1);
  });

  it('answers that a number is not on WhatsApp', async () => {
    const [known] = (await client.socket.onWhatsApp('491740000025')) ?? [];
    expect(known).toMatchObject({ jid: jidOf('491740000025'), exists: true });
    expect(await client.socket.onWhatsApp('491741000000')).toEqual([]);
    await client.socket.sendMessage(jidOf('491741000000'), { text: 'to nobody' });
    expect((await control.request('GET', '/phones/491741000000')).status).toBe(404);
    await control.post('/phones', { phone: '491741000000' });
    expect(await client.socket.onWhatsApp('491741000000')).toMatchObject([{ exists: true }]);
    const { notOnWhatsApp } = await control.get('/settings');
    await control.post('/settings', { notOnWhatsApp: [...notOnWhatsApp, '491741000000'] });
    expect(await client.socket.onWhatsApp('491741000000')).toEqual([]);
  });
});

describe('acknowledgements', () => {
  it('go out for every message, or with an error and then nothing is delivered', async () => {
    const friend = '491740000030';
    await control.post('/faults', { kind: 'ack-error', phone: owner, code: 479, count: 1 });
    const refused = await sendFrom(client, friend, 'refused');
    const accepted = await sendFrom(client, friend, 'accepted');
    await received(friend, accepted);
    await waitFor('both acks', () => [refused, accepted].every((id) => client.acks.some((ack) => ack.id === id)));
    expect(client.acks.filter((ack) => ack.id === refused)).toEqual([{ id: refused, error: '479' }]);
    expect(client.acks.filter((ack) => ack.id === accepted)).toEqual([{ id: accepted, error: undefined }]);
    expect((await control.inbox(friend)).map((each) => each.id)).toEqual([accepted]);
  });

  it('can be lost while the message arrives; the same id again is counted as a copy', async () => {
    const friend = '491740000031';
    await control.post('/faults', { kind: 'lose-acks', phone: owner, count: 1 });
    const id = await sendFrom(client, friend, 'sent twice');
    await received(friend, id);
    const { duplicates } = await control.get('/stats');
    await client.socket.relayMessage(jidOf(friend), { conversation: 'sent twice' }, { messageId: id });
    await waitFor('the ack of the second copy', () => client.acks.some((ack) => ack.id === id));
    expect(client.acks.filter((ack) => ack.id === id)).toHaveLength(1);
    expect(await received(friend, id)).toMatchObject({ copies: 2 });
    expect((await control.get('/stats')).duplicates).toBe(duplicates + 1);
  });

  it('can come late, and receipts can be lost', async () => {
    const friend = '491740000032';
    await control.post('/faults', { kind: 'delay-acks', phone: owner, milliseconds: 300 });
    await control.post('/faults', { kind: 'lose-receipts', phone: owner });
    const ackedAt = new Map<string | undefined, number>();
    client.socket.ws.on('CB:ack,class:message', ({ attrs }: { attrs: Record<string, string> }) => {
      ackedAt.set(attrs.id, Date.now());
    });
    const id = await sendFrom(client, friend, 'late ack');
    const { receivedAt } = await received(friend, id);
    const at = await waitFor('the late ack', () => ackedAt.get(id));
    // A timer and two readings of the clock may each be off by a millisecond.
    expect(at - Date.parse(receivedAt)).toBeGreaterThan(295);
    await control.request('DELETE', '/faults');
    await control.post(`/phones/${friend}/receipts`, { ids: [id], type: 'read' });
    await waitFor('the reading', () => client.statuses.some(({ key }) => key.id === id));
    expect(client.statuses.filter(({ key }) => key.id === id).map(({ update }) => update.status)).toEqual([read]);
  });
});

describe('two linked clients', () => {
  it('write to each other, and their phones see everything', async () => {
    const other = '491740000040';
    const second = await linkClient(simulator, other);
    const there = await sendFrom(client, other, 'to the other client');
    await waitFor('the text at the other client', () => second.texts().includes('to the other client'));
    expect(await received(other, there)).toMatchObject({ from: owner, fromDevice: 1, copies: 1 });
    const back = await sendFrom(second, owner, 'and back');
    await waitFor('the answer', () => client.texts().includes('and back'));
    expect(await received(owner, back)).toMatchObject({ from: other, fromDevice: 1, copies: 1 });
    for (let number = 0; number < 5; number++) await sendFrom(client, other, `again ${number}`);
    await waitFor('five more', () => second.texts().includes('again 4'));
    const { undecryptable, retriesAsked } = await control.get('/stats');
    expect({ undecryptable, retriesAsked }).toEqual({ undecryptable: 1, retriesAsked: 1 });
    second.close();
  });

  it('of one phone see what the other one sends', async () => {
    const second = await linkClient(simulator, owner);
    const friend = '491740000041';
    const id = await sendFrom(second, friend, 'by the second device');
    const copy = await waitFor('the copy', () => client.received.find(({ message }) => message.key.id === id));
    expect(copy.message.key).toMatchObject({ fromMe: true, remoteJid: jidOf(friend) });
    const { id: inbound } = await control.post(`/phones/${friend}/messages`, { to: owner, text: 'to both' });
    for (const each of [client, second]) {
      await waitFor('the text', () => each.received.find(({ message }) => message.key.id === inbound));
    }
    second.close();
  });

  it('hear of devices that come and go while they remember others', async () => {
    const friend = '491740000042';
    await received(friend, await sendFrom(client, friend, 'to the phone alone'));
    // Devices of others were told before.
    client.notifications.length = 0;
    const second = await linkClient(simulator, friend);
    await waitFor('the notification', () => client.notifications.includes('devices'));
    await sendFrom(client, friend, 'to the new device too');
    await waitFor('the text', () => second.texts().includes('to the new device too'));
    client.notifications.length = 0;
    await control.post(`/phones/${friend}/unlink`);
    await waitFor('the notification', () => client.notifications.includes('devices'));
    await received(friend, await sendFrom(client, friend, 'to the phone alone again'));
    await waitFor('an empty queue', async () => (await control.get(`/phones/${owner}`)).devices[0].queued === 0);
    second.close();
  });
});
