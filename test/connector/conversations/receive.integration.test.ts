import { createHash } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaObjectKey } from '../../../core/messages/media.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type ConversationWorld, startConversationWorld } from '../support/conversation-world.ts';

const owner = '491560000001';
const friend = '491560000002';
const member = '491560000003';

type Session = Awaited<ReturnType<ConversationWorld['link']>>;

/** What a phone writes, and what the webhook of the session gets. */
const shown: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  ['text', { text: 'hello' }, { type: 'text', text: 'hello' }],
  [
    'text with preview',
    { text: 'see https://example.com', linkPreview: { url: 'https://example.com', title: 'Example' } },
    { type: 'text', linkPreview: { url: 'https://example.com', title: 'Example' } },
  ],
  ['image', { image: { size: 4_000, mimeType: 'image/jpeg', caption: 'look' } }, { type: 'image', caption: 'look' }],
  ['video', { video: { size: 9_000, mimeType: 'video/mp4', seconds: 3 } }, { type: 'video' }],
  ['gif', { gif: { size: 3_000, mimeType: 'video/mp4' } }, { type: 'gif' }],
  ['audio', { audio: { size: 3_000, mimeType: 'audio/mp4' } }, { type: 'audio' }],
  ['voice', { voice: { size: 64_000, seconds: 4 } }, { type: 'voice' }],
  [
    'document',
    { document: { size: 5_000, mimeType: 'application/pdf', fileName: 'bill.pdf', caption: 'the bill' } },
    { type: 'document', caption: 'the bill' },
  ],
  ['sticker', { sticker: { size: 2_000, mimeType: 'image/webp' } }, { type: 'sticker' }],
  [
    'location',
    { location: { latitude: 52.5, longitude: 13.4, name: 'Berlin' } },
    { type: 'location', location: { latitude: 52.5, longitude: 13.4, name: 'Berlin' } },
  ],
  [
    'live location',
    { location: { latitude: 1, longitude: 2, live: true } },
    { type: 'location', location: { latitude: 1, longitude: 2, live: true } },
  ],
  [
    'contacts',
    { contacts: [{ name: 'Ann', phone: '4915112345678' }] },
    { type: 'contacts', contacts: [expect.objectContaining({ name: 'Ann' })] },
  ],
  [
    'poll',
    { poll: { question: 'When?', options: ['now', 'later'], selectableCount: 1 } },
    { type: 'poll', poll: { question: 'When?', options: ['now', 'later'], selectableCount: 1 } },
  ],
  ['forwarded', { text: 'again', forwarded: true }, { type: 'text', forwarded: true }],
  ['disappearing', { text: 'soon gone', ephemeral: 86_400 }, { type: 'text', expiresInSeconds: 86_400 }],
  ['view once', { image: { size: 1_000 }, viewOnce: true }, { type: 'image', viewOnce: true }],
];

const files = new Set(['image', 'video', 'gif', 'audio', 'voice', 'document', 'sticker', 'view once']);

describe('what phones write', () => {
  let world: ConversationWorld;
  let session: Session;
  let group: string;

  beforeAll(async () => {
    world = await startConversationWorld();
    for (const phone of [friend, member]) await world.control('POST', '/phones', { phone, name: `Name of ${phone}` });
    session = await world.link(owner);
    group = (await world.control('POST', '/groups', { subject: 'Team', owner: friend, members: [owner, member] })).id;
  });
  afterAll(() => world?.stop());

  const eventOf = (messageId: string, type = 'message.received') =>
    session.event(`${type} ${messageId}`, (event) => event.type === type && event.data.messageId === messageId);

  const places = [
    ['a phone address', 'pn', () => owner],
    ['a hidden address', 'lid', () => owner],
    ['a group', 'lid', () => group],
  ] as const;

  for (const [place, addressing, to] of places) {
    it.each(shown)(`in ${place}: %s`, async (name, body, expected) => {
      const id = await world.write(friend, { to: to(), addressing, ...body });
      const { data } = await eventOf(id);
      expect(data).toMatchObject(expected);
      expect(data.from).toMatchObject({ phone: `+${friend}`, id: expect.stringMatching(/@lid$/) });
      expect(data.chat).toMatchObject({ id: place === 'a group' ? group : (data.from as { id: string }).id });
      if (!files.has(name)) return;
      expect(data.media).toMatchObject({ status: 'pending', id: expect.stringMatching(/^med_/) });
      const arrived = (await eventOf(id, 'message.media')).data.media as Record<string, string>;
      expect(arrived).toMatchObject({ status: 'available', id: (data.media as { id: string }).id });
      const { tenantId, sessionId } = session.machine.name;
      const Key = mediaObjectKey(tenantId, sessionId, arrived.id as string);
      const { Body } = await world.s3Client.send(new GetObjectCommand({ Bucket: world.bucket, Key }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(arrived.sha256);
      expect((await session.message(id))?.content).toMatchObject({
        media: { status: 'available', size: bytes.length },
      });
    });
  }

  it('ties changes to the message that they change', async () => {
    const id = await world.write(friend, { to: owner, text: 'first' });
    await eventOf(id);
    await world.write(friend, { to: owner, reaction: { id, emoji: '👍' } });
    expect((await eventOf(id, 'message.reaction')).data).toMatchObject({ emoji: '👍', target: { fromMe: false } });
    await world.write(friend, { to: owner, edit: { id, text: 'second' } });
    expect((await eventOf(id, 'message.edited')).data).toMatchObject({ text: 'second' });
    const row = await waitFor('the edit', async () => {
      const found = await session.message(id);
      return found?.editedAt === undefined ? undefined : found;
    });
    expect(row.content).toEqual({ type: 'text', text: 'second' });
    expect(Object.values(row.reactions ?? {})).toEqual(['👍']);
    await world.write(friend, { to: owner, delete: { id } });
    await eventOf(id, 'message.deleted');
    await waitFor('the deletion', async () => (await session.message(id))?.deletedAt !== undefined);
    expect((await session.message(id))?.content).toEqual({ type: 'text', text: '' });
  });

  it.each([
    ['a chat of two', () => owner],
    ['a group', () => group],
  ] as readonly (readonly [string, () => string])[])('opens votes in %s', async (_, to) => {
    const poll = { question: 'When?', options: ['now', 'later'], selectableCount: 1 };
    const id = await world.write(friend, { to: to(), poll });
    await eventOf(id);
    await world.write(friend, { to: to(), pollVote: { id, options: ['later'] } });
    expect((await eventOf(id, 'message.poll_vote')).data).toMatchObject({ options: ['later'] });
    await waitFor('the vote', async () => Object.values((await session.message(id))?.votes ?? {})[0]?.[0] === 'later');
  });

  it('tells what is quoted and who is mentioned', async () => {
    const first = await world.write(member, { to: group, text: 'a question' });
    const id = await world.write(friend, {
      to: group,
      text: 'an answer @491560000003',
      reply: first,
      mentions: [member],
    });
    expect((await eventOf(id)).data).toMatchObject({
      replyTo: { messageId: first, text: 'a question', from: { phone: `+${member}` } },
      mentions: [{ phone: `+${member}` }],
    });
  });

  it('takes what the owner writes on the phone', async () => {
    const id = await world.write(owner, { to: friend, text: 'from the phone' });
    const { data } = await eventOf(id, 'message.sent');
    expect(data).toMatchObject({ source: 'phone', text: 'from the phone', chat: { phone: `+${friend}` } });
  });

  it('publishes only the real message where first came an empty one', async () => {
    const id = await world.write(friend, { to: owner, text: 'an answer to an ad', placeholder: 'resent' });
    expect((await eventOf(id)).data).toMatchObject({ text: 'an answer to an ad' });
    const told = session.conversationEvents.filter(({ data }) => data.messageId === id);
    expect(told).toHaveLength(1);
  });

  it('takes posts of status and of channels', async () => {
    const status = await world.write(friend, { to: 'status@broadcast', text: 'my day', audience: [owner] });
    expect((await eventOf(status)).data).toMatchObject({ text: 'my day', chat: { id: 'status@broadcast' } });
    const { id, newsletter } = await world.control('POST', '/newsletters/120363000000000001/messages', {
      to: [owner],
      text: 'news',
    });
    expect((await eventOf(id)).data).toMatchObject({ text: 'news', chat: { id: newsletter } });
  });

  it('says so when a medium is lost, and asks the phone for one that has expired', async () => {
    await world.control('POST', '/faults', { kind: 'lose-media', count: 1 });
    const renewed = await world.write(friend, { to: owner, image: { size: 2_000 } });
    expect((await eventOf(renewed, 'message.media')).data.media).toMatchObject({ status: 'available' });
  });

  it('survives bytes that no client would write, and tells each under a name', async () => {
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const raws = [picture, Buffer.from([0xff, 0xff, 0xff]), Buffer.from([0x0a, 0x00])];
    for (const raw of raws) {
      await world.write(friend, { to: owner, raw: raw.toString('base64') });
    }
    const id = await world.write(friend, { to: owner, text: 'still here' });
    await eventOf(id);
    const unsupported = session.conversationEvents.filter(({ data }) => data.type === 'unsupported');
    expect(unsupported.length).toBeGreaterThanOrEqual(1);
    expect(session.machine.status).toBe('connected');
  });
});
