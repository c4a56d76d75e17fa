import {
  decryptPollVote,
  getAggregateVotesInPollMessage,
  normalizeMessageContent,
  type WAMessage,
} from '@whiskeysockets/baileys';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import type { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { waitFor } from './support/wait-for.ts';

const owner = '491750000001';
const friend = '491750000002';
let simulator: RunningSimulator;
let control: ControlClient;
let client: BaileysClient;

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

/** A phone writes, and the client has it. */
async function written(body: Record<string, unknown>, from = friend): Promise<{ id: string; message: WAMessage }> {
  const { id } = await control.post(`/phones/${from}/messages`, { to: owner, ...body });
  const found = await waitFor('the message', () => client.every.find((each) => each.key.id === id));
  return { id, message: found };
}

const contentOf = (message: WAMessage) => normalizeMessageContent(message.message);

it.each([
  [
    { location: { latitude: 52.5, longitude: 13.4, name: 'Gate' } },
    { locationMessage: { degreesLatitude: 52.5, name: 'Gate' } },
  ],
  [{ location: { latitude: 1, longitude: 2, live: true } }, { liveLocationMessage: { degreesLongitude: 2 } }],
  [{ contacts: [{ name: 'Ann', phone: '491750000009' }] }, { contactMessage: { displayName: 'Ann' } }],
  [
    { contacts: [{ name: 'Ann' }, { name: 'Bob', vcard: 'BEGIN:VCARD\nFN:Bob\nEND:VCARD' }] },
    { contactsArrayMessage: { contacts: [{ displayName: 'Ann' }, { displayName: 'Bob' }] } },
  ],
  [{ poll: { question: 'Tea?', options: ['yes', 'no'] } }, { pollCreationMessageV3: { name: 'Tea?' } }],
  [
    { text: 'see https://a.example', linkPreview: { url: 'https://a.example', title: 'A' } },
    { extendedTextMessage: { title: 'A', matchedText: 'https://a.example' } },
  ],
  [{ text: 'gone soon', ephemeral: 86_400 }, { extendedTextMessage: { contextInfo: { expiration: 86_400 } } }],
  [{ text: 'hey @all', mentionsAll: true }, { extendedTextMessage: { contextInfo: { nonJidMentions: 1 } } }],
  [{ text: 'passed on', forwarded: true }, { extendedTextMessage: { contextInfo: { isForwarded: true } } }],
])('brings %j', async (body, expected) => {
  const { message } = await written(body);
  expect(contentOf(message)).toMatchObject(expected);
});

it('brings answers, mentions and forwarded copies', async () => {
  const { id } = await written({ text: 'a question' });
  const answer = await written({ text: 'my own answer', reply: id, mentions: [owner] });
  expect(contentOf(answer.message)?.extendedTextMessage?.contextInfo).toMatchObject({
    stanzaId: id,
    participant: `${friend}@s.whatsapp.net`,
    quotedMessage: { conversation: 'a question' },
    mentionedJid: [`${owner}@s.whatsapp.net`],
  });
  const forwarded = await written({ forward: { id: answer.id } });
  const { text, contextInfo } = contentOf(forwarded.message)?.extendedTextMessage ?? {};
  expect({ text, forwarded: contextInfo?.isForwarded, quoted: contextInfo?.stanzaId || undefined }).toEqual({
    text: 'my own answer',
    forwarded: true,
    quoted: undefined,
  });
});

it('brings reactions, edits and deletions with their targets as the client sees them', async () => {
  const sent = await client.socket.sendMessage(`${friend}@s.whatsapp.net`, { text: 'mine' });
  const mine = sent?.key.id ?? '';
  await waitFor('the text', async () => (await control.inbox(friend)).some(({ id }) => id === mine));
  const reaction = await written({ reaction: { id: mine, emoji: '+' } });
  expect(reaction.message.message?.reactionMessage).toMatchObject({ text: '+', key: { id: mine, fromMe: true } });
  const { id } = await written({ text: 'theirs' });
  const own = await written({ reaction: { id, emoji: '!' } });
  expect(own.message.message?.reactionMessage?.key).toMatchObject({ id, fromMe: false });
  const edit = await written({ edit: { id, text: 'better' } });
  expect(edit.message.message?.protocolMessage).toMatchObject({
    type: 14,
    key: { id },
    editedMessage: { conversation: 'better' },
  });
  const revoke = await written({ delete: { id } });
  expect(revoke.message.message?.protocolMessage).toMatchObject({ type: 0, key: { id } });
  expect((await control.outgoing(friend)).find((each) => each.id === id)).toMatchObject({
    edited: 'better',
    deleted: true,
    reactions: { [friend]: '!' },
  });
});

it('votes on polls of the client', async () => {
  const values = ['red', 'green'];
  const sent = await client.socket.sendMessage(`${friend}@s.whatsapp.net`, { poll: { name: 'Colour', values } });
  const pollMsgId = sent?.key.id ?? '';
  await waitFor('the poll', async () => (await control.inbox(friend)).some(({ id }) => id === pollMsgId));
  const { message } = await written({ pollVote: { id: pollMsgId, options: ['green'] } });
  const update = message.message?.pollUpdateMessage;
  expect(update?.pollCreationMessageKey).toMatchObject({ id: pollMsgId, fromMe: true });
  const vote = decryptPollVote(update?.vote ?? {}, {
    pollMsgId,
    pollCreatorJid: `${owner}@s.whatsapp.net`,
    voterJid: `${friend}@s.whatsapp.net`,
    pollEncKey: sent?.message?.messageContextInfo?.messageSecret ?? new Uint8Array(),
  });
  const pollUpdates = [{ pollUpdateMessageKey: message.key, vote }];
  const results = getAggregateVotesInPollMessage({ message: sent?.message ?? null, pollUpdates });
  expect(results.filter(({ voters }) => voters.length > 0).map(({ name }) => name)).toEqual(['green']);
});

it('sets the timer of a chat', async () => {
  const { message } = await written({ disappearing: { seconds: 604_800 } });
  expect(message.message?.protocolMessage).toMatchObject({ type: 3, ephemeralExpiration: 604_800 });
});

it('brings bytes of any kind without harm to what follows', async () => {
  const garbage = await control.post(`/phones/${friend}/messages`, { to: owner, raw: 'CgcKBWhlbGxv//8=' });
  const { message } = await written({ text: 'after garbage' });
  expect(message.message?.conversation).toBe('after garbage');
  expect(garbage.id).toMatch(/^[0-9A-F]{32}$/);
  const { id } = await control.post(`/phones/${friend}/messages`, { to: owner, raw: 'kgUCCgA=' });
  expect((await control.inbox(owner)).find((each) => each.id === id)?.kind).toBeTypeOf('string');
});

it.each([
  [{ reaction: { id: 'NO', emoji: '+' } }, 404, 'unknown_message'],
  [{ image: { media: 'none' } }, 404, 'unknown_media'],
  [{ text: 'a', poll: { question: 'q', options: ['a'] } }, 400, 'bad_request'],
  [{ poll: { question: 'q', options: [] } }, 400, 'bad_request'],
  [{ image: { base64: '%' } }, 400, 'bad_request'],
])('refuses %j', async (body, status, code) => {
  const answer = await control.request('POST', `/phones/${friend}/messages`, { to: owner, ...body });
  expect(answer).toMatchObject({ status, body: { error: { code } } });
});
