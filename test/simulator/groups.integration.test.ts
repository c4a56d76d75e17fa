import { WAMessageStubType } from '@whiskeysockets/baileys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/start-simulator.ts';
import type { BaileysClient } from './support/baileys-client.ts';
import { ControlClient } from './support/control-client.ts';
import { linkClient } from './support/link.ts';
import { waitFor } from './support/wait-for.ts';

const owner = '491780000001';
const other = '491780000002';
const friends = ['491780000011', '491780000012', '491780000013'] as const;
const [ann, bob] = friends;
let simulator: RunningSimulator;
let control: ControlClient;
let client: BaileysClient;
let second: BaileysClient;

beforeAll(async () => {
  simulator = await startSimulator();
  control = new ControlClient(simulator.controlUrl);
  [client, second] = await Promise.all([linkClient(simulator, owner), linkClient(simulator, other)]);
});

afterAll(async () => {
  client.close();
  second.close();
  await simulator.stop();
});

const textsIn = (reader: BaileysClient, group: string) =>
  reader.received.flatMap(({ message }) =>
    message.key.remoteJid === group && message.message
      ? [message.message.conversation || message.message.extendedTextMessage?.text || '']
      : [],
  );
const inboxOf = async (phone: string, group: string) =>
  (await control.inbox(phone)).filter(({ chat }) => chat === group);

async function lidOf(phone: string): Promise<string> {
  return (await control.post('/phones', { phone })).lid;
}

describe('a conversation in a group of 200', () => {
  it.each(['lid', 'pn'] as const)('brings every message once to everybody, addressed by %s', async (addressing) => {
    const request = { subject: 'Everybody', owner, members: [other, ...friends], crowd: 195, addressing };
    const { id: group, size } = await control.post('/groups', request);
    expect(size).toBe(200);
    const said = [`hello by ${addressing}`, `it is ${addressing}`, `phone ${addressing}`, `again ${addressing}`];
    await client.socket.sendMessage(group, { text: said[0] ?? '' });
    await waitFor('the first', () => textsIn(second, group).includes(said[0] ?? ''));
    await second.socket.sendMessage(group, { text: said[1] ?? '' });
    // The order below is that of one who waits for an answer: what is written at the same time may come in any order.
    for (const phone of [bob, friends[2]]) {
      await waitFor('the second at the phones', async () => (await inboxOf(phone, group)).length === 2);
    }
    await waitFor('the second at the first client', () => textsIn(client, group).includes(said[1] ?? ''));
    await control.post(`/phones/${ann}/messages`, { to: group, text: said[2] });
    for (const reader of [client, second]) {
      await waitFor('the third at the clients', () => textsIn(reader, group).includes(said[2] ?? ''));
    }
    await client.socket.sendMessage(group, { text: said[3] ?? '' });
    for (const phone of [bob, friends[2]]) {
      const found = await waitFor('all at a phone', async () => {
        const messages = await inboxOf(phone, group);
        return messages.length >= 4 ? messages : undefined;
      });
      expect(found.map(({ text, copies }) => [text, copies])).toEqual(said.map((text) => [text, 1]));
    }
    await waitFor('the last at a client', () => textsIn(second, group).includes(said[3] ?? ''));
    const mine = new Set([said[0], said[3]]);
    expect(textsIn(client, group).filter((text) => !mine.has(text))).toEqual([said[1], said[2]]);
    expect(textsIn(second, group).filter((text) => text !== said[1])).toEqual([said[0], said[2], said[3]]);
    const fromPhone = client.received.find(({ message }) => message.message?.conversation === said[2])?.message;
    const [lid, pn] = [await lidOf(ann), `${ann}@s.whatsapp.net`];
    expect(fromPhone?.key).toMatchObject(
      addressing === 'lid' ? { participant: lid, participantAlt: pn } : { participant: pn, participantAlt: lid },
    );
    expect(await control.get('/stats')).toMatchObject({ undecryptable: 0, retriesAsked: 0, duplicates: 0 });
  });

  it('passes receipts with their reader, and reactions, answers and files', async () => {
    const { id: group } = await control.post('/groups', { subject: 'Few', owner, members: [ann, bob] });
    const sent = await client.socket.sendMessage(group, { text: 'who is here?' });
    const id = sent?.key.id ?? '';
    await waitFor('the deliveries', () => client.confirmedBy(id).size === 2);
    await control.post(`/phones/${ann}/receipts`, { ids: [id], type: 'read' });
    const lid = await lidOf(ann);
    await waitFor('the reader', () =>
      client.groupReceipts.some(
        ({ key, receipt }) => key.id === id && receipt.userJid === lid && receipt.readTimestamp,
      ),
    );
    const reaction = await control.post(`/phones/${bob}/messages`, { to: group, reaction: { id, emoji: '+' } });
    const heard = await waitFor('it', () => client.every.find(({ key }) => key.id === reaction.id));
    expect(heard.message?.reactionMessage?.key).toMatchObject({ id, fromMe: true, remoteJid: group });
    await waitFor('the state', async () => (await inboxOf(ann, group))[0]?.reactions?.[bob] === '+');
    const answer = await control.post(`/phones/${ann}/messages`, { to: group, text: 'me', reply: id, mentions: [bob] });
    const answered = await waitFor('it', () => client.every.find(({ key }) => key.id === answer.id));
    expect(answered.message?.extendedTextMessage?.contextInfo).toMatchObject({
      stanzaId: id,
      participant: await lidOf(owner),
      mentionedJid: [await lidOf(bob)],
    });
    const picture = await control.post(`/phones/${bob}/messages`, { to: group, image: { size: 2000 } });
    expect((await inboxOf(ann, group)).find((each) => each.id === picture.id)).toMatchObject({
      sha256: picture.sha256,
    });
    const own = await control.post(`/phones/${owner}/messages`, { to: group, text: 'from my phone' });
    const copy = await waitFor('it', () => client.every.find(({ key }) => key.id === own.id));
    expect(copy.key).toMatchObject({ fromMe: true, remoteJid: group });
  });

  it('mends what could not be decrypted, in both directions', async () => {
    const { id: group } = await control.post('/groups', { subject: 'Broken', owner, members: [ann] });
    await client.socket.sendMessage(group, { text: 'opens' });
    await waitFor('it', async () => (await inboxOf(ann, group)).length === 1);
    await control.post('/faults', { kind: 'forget-sessions', phone: ann });
    const sent = await client.socket.sendMessage(group, { text: 'asked again' });
    await waitFor('it', async () => (await inboxOf(ann, group)).some(({ id }) => id === sent?.key.id));
    await control.post('/faults', { kind: 'corrupt-messages', phone: owner, count: 1 });
    const spoilt = await control.post(`/phones/${ann}/messages`, { to: group, text: 'spoilt once' });
    await waitFor('it', () => client.every.some(({ key, message }) => key.id === spoilt.id && message?.conversation));
  });
});

describe('a group', () => {
  it('is made, changed and left by a client', async () => {
    const created = await client.socket.groupCreate('Club', [`${ann}@s.whatsapp.net`]);
    expect(created).toMatchObject({ subject: 'Club', addressingMode: 'lid', owner: await lidOf(owner) });
    expect(created.participants).toContainEqual(
      expect.objectContaining({ id: await lidOf(ann), phoneNumber: `${ann}@s.whatsapp.net`, admin: null }),
    );
    const { id } = created;
    await client.socket.groupUpdateSubject(id, 'Club of two');
    await client.socket.groupUpdateDescription(id, 'We meet.');
    await client.socket.groupSettingUpdate(id, 'announcement');
    await client.socket.groupSettingUpdate(id, 'locked');
    await client.socket.groupToggleEphemeral(id, 86_400);
    await client.socket.groupMemberAddMode(id, 'admin_add');
    await client.socket.groupJoinApprovalMode(id, 'on');
    const [added] = await client.socket.groupParticipantsUpdate(id, [`${bob}@s.whatsapp.net`], 'add');
    expect(added).toMatchObject({ status: '200', jid: await lidOf(bob) });
    const [missing] = await client.socket.groupParticipantsUpdate(id, ['491781000000@s.whatsapp.net'], 'add');
    expect(missing?.status).toBe('404');
    await client.socket.groupParticipantsUpdate(id, [await lidOf(bob)], 'promote');
    await client.socket.groupParticipantsUpdate(id, [await lidOf(ann)], 'remove');
    expect(await client.socket.groupMetadata(id)).toMatchObject({
      subject: 'Club of two',
      desc: 'We meet.',
      announce: true,
      restrict: true,
      joinApprovalMode: true,
      memberAddMode: false,
      ephemeralDuration: 86_400,
      size: 2,
    });
    expect((await control.get(`/groups/${id}`)).members).toEqual([
      { phone: owner, role: 'superadmin' },
      { phone: bob, role: 'admin' },
    ]);
    expect(Object.keys(await client.socket.groupFetchAllParticipating())).toContain(id);
    await client.socket.groupLeave(id);
    await expect(client.socket.groupMetadata(id)).rejects.toThrow(/forbidden/);
  });

  it('is joined by invite, whose code can be made anew', async () => {
    const { id, inviteCode } = await control.post('/groups', { subject: 'Open', owner: ann });
    expect(await client.socket.groupGetInviteInfo(inviteCode)).toMatchObject({ id, subject: 'Open' });
    expect(await client.socket.groupAcceptInvite(inviteCode)).toBe(id);
    expect(await client.socket.groupInviteCode(id)).toBe(inviteCode);
    await expect(client.socket.groupRevokeInvite(id)).rejects.toThrow(/forbidden/);
    await control.post(`/groups/${id}`, { newInvite: true });
    await expect(client.socket.groupGetInviteInfo(inviteCode)).rejects.toThrow(/item-not-found/);
    const again = (await control.get(`/groups/${id}`)).inviteCode;
    expect((await control.post(`/phones/${bob}/join`, { code: again })).size).toBe(3);
    const invite = { groupJid: id, inviteCode: again, inviteExpiration: 0, groupName: 'Open' };
    expect(await second.socket.groupAcceptInviteV4(`${ann}@s.whatsapp.net`, invite)).toBe(id);
    expect((await control.get(`/groups/${id}`)).size).toBe(4);
  });

  it('tells its members of what phones change', async () => {
    const { id } = await control.post('/groups', { subject: 'Told', owner: ann, members: [owner] });
    const stubs = () =>
      client.every.filter(({ key }) => key.remoteJid === id).map(({ messageStubType }) => messageStubType);
    await waitFor('the group', () => client.groups.some((group) => group.id === id));
    await control.post(`/groups/${id}`, { subject: 'Told twice', description: 'why', announce: true, add: [bob] });
    await control.post(`/groups/${id}`, { promote: [owner], remove: [bob] });
    await control.post(`/groups/${id}`, { leave: true });
    await waitFor('all of it', () => stubs().includes(WAMessageStubType.GROUP_PARTICIPANT_LEAVE));
    expect(stubs()).toEqual(
      expect.arrayContaining([
        WAMessageStubType.GROUP_CHANGE_SUBJECT,
        WAMessageStubType.GROUP_CHANGE_DESCRIPTION,
        WAMessageStubType.GROUP_CHANGE_ANNOUNCE,
        WAMessageStubType.GROUP_PARTICIPANT_ADD,
        WAMessageStubType.GROUP_PARTICIPANT_PROMOTE,
        WAMessageStubType.GROUP_PARTICIPANT_REMOVE,
      ]),
    );
    const refused = await control.request('POST', `/groups/${id}`, { by: bob, subject: 'mine' });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'not_allowed' } } });
  });

  it('refuses what strangers write', async () => {
    const { id } = await control.post('/groups', { subject: 'Closed', owner: ann, members: [owner] });
    await client.socket.sendMessage(id, { text: 'still in' });
    await control.post(`/groups/${id}`, { announce: true });
    const muted = await client.socket.sendMessage(id, { text: 'muted' });
    await waitFor('the refusal', () => client.acks.some((ack) => ack.id === muted?.key.id && ack.error === '403'));
    const refused = await control.request('POST', `/phones/${bob}/messages`, { to: id, text: 'hello' });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'not_a_member' } } });
  });
});
