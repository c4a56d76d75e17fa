import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import type { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { trustMedia } from './support/trust-media.ts';
import { waitFor } from './support/wait-for.ts';

const owner = '491790000001';
const friend = '491790000002';
const hidden = '491790000003';
const friendJid = `${friend}@s.whatsapp.net`;
const delivered = 3;
let simulator: RunningSimulator;
let control: ControlClient;
let client: BaileysClient;

beforeAll(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator.controlUrl);
  await trustMedia(simulator);
  await control.post('/phones', { phone: owner, name: 'Olga Owner' });
  await control.post('/phones', { phone: hidden, hidesNumber: true });
  client = await linkClient(simulator, owner);
  await waitFor('the own name', () => client.auth.creds.me?.name);
});

afterAll(async () => {
  client.close();
  await simulator.stop();
});

async function heard(id: string) {
  return waitFor('the message', () => client.every.find(({ key }) => key.id === id));
}

describe('a hidden number', () => {
  it('is never told, and can be answered', async () => {
    const { lid } = await control.post('/phones', { phone: hidden });
    const { id } = await control.post(`/phones/${hidden}/messages`, { to: owner, text: 'guess who' });
    const { key } = await heard(id);
    expect(key).toMatchObject({ remoteJid: lid, fromMe: false });
    expect(key.remoteJidAlt).toBeUndefined();
    const answer = await client.socket.sendMessage(lid, { text: 'no idea' });
    await waitFor('the answer', async () => (await control.inbox(hidden)).some((each) => each.id === answer?.key.id));
    await waitFor('the delivery', () =>
      client.statusesOf(answer?.key.id ?? '').some(({ update }) => update.status === delivered),
    );
    expect(JSON.stringify(client.every.filter(({ key: { remoteJid } }) => remoteJid === lid))).not.toContain(hidden);
  });

  it('is not told in groups either', async () => {
    const { lid } = await control.post('/phones', { phone: hidden });
    const { id: group } = await control.post('/groups', { subject: 'Masked', owner, members: [hidden] });
    const { id } = await control.post(`/phones/${hidden}/messages`, { to: group, text: 'boo' });
    const { key } = await heard(id);
    expect(key.participant).toBe(lid);
    expect(key.participantAlt).toBeUndefined();
    const { participants } = await client.socket.groupMetadata(group);
    expect(participants.find((each) => each.id === lid)?.phoneNumber).toBeUndefined();
  });
});

describe('a profile', () => {
  it('shows picture and text, or that there is none', async () => {
    await expect(client.socket.profilePictureUrl(friendJid)).rejects.toThrow(/item-not-found/);
    const pictureBase64 = Buffer.from('a picture').toString('base64');
    await control.post('/phones', { phone: friend, about: 'At the lake', pictureBase64 });
    const url = await client.socket.profilePictureUrl(friendJid, 'image');
    expect(await (await fetch(url ?? '')).text()).toBe('a picture');
    expect(await client.socket.fetchStatus(friendJid)).toMatchObject([{ status: { status: 'At the lake' } }]);
    expect(await client.socket.fetchDisappearingDuration(friendJid)).toMatchObject([{ id: friendJid }]);
  });

  it('tells those who know it that the picture has changed', async () => {
    const { id } = await control.post(`/phones/${friend}/messages`, { to: owner, text: 'know me' });
    await heard(id);
    await control.post('/phones', { phone: friend, pictureBase64: '' });
    await waitFor('the notification', () => client.notifications.includes('picture'));
    await expect(client.socket.profilePictureUrl(friendJid)).rejects.toThrow(/item-not-found/);
  });
});

describe('presence', () => {
  it('is shown to subscribers, typing to everybody in the chat', async () => {
    const seen: string[] = [];
    client.socket.ev.on('presence.update', ({ presences }) => {
      for (const [jid, { lastKnownPresence }] of Object.entries(presences)) seen.push(`${jid} ${lastKnownPresence}`);
    });
    expect(await control.post(`/phones/${friend}/presence`, { state: 'available' })).toEqual({ seen: 0 });
    await client.socket.presenceSubscribe(friendJid);
    await waitFor('it', () => seen.includes(`${friendJid} available`));
    for (const state of ['composing', 'recording', 'paused']) {
      expect(await control.post(`/phones/${friend}/presence`, { to: owner, state })).toEqual({ seen: 1 });
    }
    await control.post(`/phones/${friend}/presence`, { state: 'unavailable' });
    await waitFor('all of it', () => seen.includes(`${friendJid} unavailable`));
    expect(seen).toEqual(
      ['available', 'composing', 'recording', 'available', 'unavailable'].map((state) => `${friendJid} ${state}`),
    );
  });

  it('of the client is noted by the phones', async () => {
    await client.socket.sendPresenceUpdate('available');
    await waitFor('it', async () => (await control.get(`/phones/${owner}`)).devices[0].available);
    await client.socket.sendPresenceUpdate('composing', friendJid);
    await client.socket.sendPresenceUpdate('recording', friendJid);
    const states = await waitFor('both', async () => {
      const found = (await control.get(`/phones/${friend}/chat-states`)).states;
      return found.length === 2 ? found : undefined;
    });
    expect(states).toMatchObject([
      { from: owner, chat: owner, state: 'composing' },
      { from: owner, state: 'recording' },
    ]);
  });
});

describe('a call', () => {
  it('rings, is rejected by the client, or ends', async () => {
    const calls: string[] = [];
    client.socket.ev.on('call', (events) => {
      for (const { id, status, isVideo, from } of events) calls.push(`${id} ${status} ${isVideo} ${from}`);
    });
    const first = await control.post(`/phones/${friend}/calls`, { to: owner, video: true });
    await waitFor('the ringing', () => calls.includes(`${first.id} offer true ${friendJid}`));
    await client.socket.rejectCall(first.id, friendJid);
    const list = async () => (await control.get(`/phones/${friend}/calls`)).calls;
    expect(await list()).toMatchObject([{ id: first.id, state: 'rejected', rejectedBy: 1 }]);
    const second = await control.post(`/phones/${friend}/calls`, { to: owner });
    await control.post(`/phones/${friend}/calls/${second.id}/end`, { missed: true });
    await waitFor('the end', () => calls.includes(`${second.id} timeout false ${friendJid}`));
    expect((await list()).map(({ state }: { state: string }) => state)).toEqual(['rejected', 'missed']);
    await waitFor('an empty queue', async () => (await control.get('/stats')).queued === 0);
  });
});

describe('posts', () => {
  it('of a status come from a phone and go to phones', async () => {
    const { id } = await control.post(`/phones/${friend}/messages`, { to: 'status@broadcast', text: 'my day' });
    const { key, message } = await heard(id);
    expect(key).toMatchObject({ remoteJid: 'status@broadcast', participant: friendJid, fromMe: false });
    expect(message?.conversation).toBe('my day');
    const sent = await client.socket.sendMessage(
      'status@broadcast',
      { text: 'our day' },
      { statusJidList: [friendJid, `${owner}@s.whatsapp.net`] },
    );
    const found = await waitFor('it', async () =>
      (await control.inbox(friend)).find((each) => each.id === sent?.key.id),
    );
    expect(found).toMatchObject({ chat: 'status@broadcast', from: owner, text: 'our day', copies: 1 });
  });

  it('of a newsletter arrive in the clear', async () => {
    const { id, newsletter } = await control.post('/newsletters/120363000001/messages', { to: [owner], text: 'News' });
    const { key, message } = await heard(id);
    expect(key).toMatchObject({ remoteJid: newsletter, fromMe: false });
    expect(message?.conversation).toBe('News');
    await waitFor('an empty queue', async () => (await control.get('/stats')).queued === 0);
  });
});
