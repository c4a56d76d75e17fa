import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import { sealVote } from '../../simulator/wire/poll-votes.ts';
import type { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { waitFor } from './support/wait-for.ts';

const owner = '491760000001';
const friend = '491760000002';
const friendJid = `${friend}@s.whatsapp.net`;
let simulator: RunningSimulator;
let control: ControlClient;
let client: BaileysClient;

type Content = Parameters<BaileysClient['socket']['sendMessage']>[1];
type Options = Parameters<BaileysClient['socket']['sendMessage']>[2];

beforeAll(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator.controlUrl);
  await control.post('/phones', { phone: owner });
  client = await linkClient(simulator, owner);
});

afterAll(async () => {
  client.close();
  await simulator.stop();
});

async function arrived(id: string) {
  return waitFor('the message', async () => (await control.inbox(friend)).find((each) => each.id === id));
}

async function sent(content: Content, options?: Options) {
  const message = await client.socket.sendMessage(friendJid, content, options);
  if (!message?.key.id) throw new Error('Nothing was sent.');
  return { message, view: await arrived(message.key.id) };
}

it.each<[Content, Record<string, unknown>]>([
  [
    { location: { degreesLatitude: 1.5, degreesLongitude: 2.5, name: 'Here' } },
    { kind: 'location', location: { latitude: 1.5, longitude: 2.5, name: 'Here' } },
  ],
  [
    { contacts: { displayName: 'Ann', contacts: [{ displayName: 'Ann', vcard: 'BEGIN:VCARD' }] } },
    { kind: 'contacts', contacts: [{ name: 'Ann', vcard: 'BEGIN:VCARD' }] },
  ],
  [
    { poll: { name: 'Which?', values: ['a', 'b', 'c'], selectableCount: 2 } },
    { kind: 'poll', poll: { question: 'Which?', options: ['a', 'b', 'c'], selectableCount: 2 } },
  ],
  [
    { text: 'you', mentions: [friendJid] },
    { kind: 'text', text: 'you', mentions: [friendJid] },
  ],
  [
    { text: 'all of you', mentionAll: true },
    { kind: 'text', mentionsAll: true },
  ],
  [
    { text: 'secret', viewOnce: true },
    { kind: 'text', text: 'secret', viewOnce: true },
  ],
])('is read on the phone: %j', async (content, expected) => {
  expect((await sent(content)).view).toMatchObject({ ...expected, from: owner, chat: owner, copies: 1 });
});

it('shows answers, timers and forwarded copies', async () => {
  const { id } = await control.post(`/phones/${friend}/messages`, { to: owner, text: 'shall we?' });
  const { message: quoted } = await waitFor('it', () => client.received.find(({ message }) => message.key.id === id));
  const { view } = await sent({ text: 'yes' }, { quoted, ephemeralExpiration: 86_400 });
  expect(view).toMatchObject({ kind: 'text', text: 'yes', quotedId: id, quotedText: 'shall we?', ephemeral: 86_400 });
  expect((await sent({ forward: quoted, force: true })).view).toMatchObject({ text: 'shall we?', forwarded: true });
  expect((await sent({ disappearingMessagesInChat: 604_800 })).view).toMatchObject({
    kind: 'disappearing',
    ephemeral: 604_800,
  });
});

it('changes what the phone shows: reactions, edits, deletions', async () => {
  const { message, view } = await sent({ text: 'tpyo' });
  const { id } = view;
  await sent({ react: { text: '?', key: message.key } });
  await sent({ text: 'typo', edit: message.key });
  expect(await arrived(id)).toMatchObject({ text: 'tpyo', edited: 'typo', reactions: { [owner]: '?' } });
  await sent({ react: { text: '', key: message.key } });
  await sent({ delete: message.key });
  expect(await arrived(id)).toMatchObject({ deleted: true, reactions: {} });
  const theirs = await control.post(`/phones/${friend}/messages`, { to: owner, text: 'nice?' });
  const key = { remoteJid: friendJid, fromMe: false, id: theirs.id };
  expect((await sent({ react: { text: '+', key } })).view).toMatchObject({ kind: 'reaction', targetId: theirs.id });
  const outgoing = await control.outgoing(friend);
  expect(outgoing.find((each) => each.id === theirs.id)).toMatchObject({ reactions: { [owner]: '+' } });
});

it('has its votes opened', async () => {
  const { id } = await control.post(`/phones/${friend}/messages`, {
    to: owner,
    poll: { question: 'Lunch?', options: ['rice', 'bread'], selectableCount: 0 },
  });
  const poll = await waitFor('the poll', () => client.received.find(({ message }) => message.key.id === id)?.message);
  const context = {
    pollId: id,
    creatorJid: friendJid,
    voterJid: `${owner}@s.whatsapp.net`,
    secret: poll.message?.messageContextInfo?.messageSecret ?? new Uint8Array(),
  };
  const vote = await client.socket.relayMessage(
    friendJid,
    {
      pollUpdateMessage: { pollCreationMessageKey: poll.key, vote: sealVote(context, ['bread']), senderTimestampMs: 1 },
    },
    {},
  );
  expect(await arrived(vote)).toMatchObject({ kind: 'pollVote', targetId: id, options: ['bread'] });
  const outgoing = await control.outgoing(friend);
  expect(outgoing.find((each) => each.id === id)).toMatchObject({ votes: { [owner]: ['bread'] } });
});

it('is kept by the name of the protocol when nobody knows it', async () => {
  const id = await client.socket.relayMessage(friendJid, { eventMessage: { name: 'Party' } }, {});
  expect(await arrived(id)).toMatchObject({ kind: 'event', text: '' });
});
