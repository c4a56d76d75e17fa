import { createHash, randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createObjectStore } from '../../../connector/media/object-store.ts';
import { type Media, mediaObjectKey } from '../../../core/messages/media.ts';
import type { Message } from '../../../core/messages/message.ts';
import type { MessageContent, MessageTarget } from '../../../core/messages/message-content.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type ConversationWorld, startConversationWorld } from '../support/conversation-world.ts';

const owner = '491561000001';
const friend = '491561000002';
const member = '491561000003';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** An MP4 is known by its first box; what follows is anything. */
const film = (bytes: number) =>
  Buffer.concat([Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex'), randomBytes(bytes)]);

/** One second of a tone, in mono at 16 kHz. */
function tone(): Buffer {
  const samples = 16_000;
  const wave = Buffer.alloc(44 + samples * 2);
  wave.write('RIFF', 0, 'latin1');
  wave.writeUInt32LE(36 + samples * 2, 4);
  wave.write('WAVEfmt ', 8, 'latin1');
  wave.writeUInt32LE(16, 16);
  wave.writeUInt16LE(1, 20);
  wave.writeUInt16LE(1, 22);
  wave.writeUInt32LE(16_000, 24);
  wave.writeUInt32LE(32_000, 28);
  wave.writeUInt16LE(2, 32);
  wave.writeUInt16LE(16, 34);
  wave.write('data', 36, 'latin1');
  wave.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index++)
    wave.writeInt16LE(Math.round(Math.sin((index * 2 * Math.PI * 440) / 16_000) * 12_000), 44 + index * 2);
  return wave;
}

const medium = (fields: Partial<Media> = {}): Media => ({
  id: 'med_inline',
  mimeType: 'application/octet-stream',
  size: null,
  fileName: null,
  sha256: null,
  status: 'pending',
  ...fields,
});

type Fields = Pick<Message, 'content'> & Partial<Message>;

describe('what the API sends', () => {
  let world: ConversationWorld;
  let session: Awaited<ReturnType<ConversationWorld['link']>>;
  let group: string;
  let picture: Buffer;
  const pages = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      '<title>plain</title><meta property="og:title" content="A page"><meta name="description" content="Of words">',
    );
  });

  beforeAll(async () => {
    world = await startConversationWorld();
    for (const phone of [friend, member]) await world.control('POST', '/phones', { phone });
    session = await world.link(owner);
    group = (await world.control('POST', '/groups', { subject: 'Team', owner, members: [friend, member] })).id;
    picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    pages.close();
    await world?.stop();
  });

  const inline = (
    type: 'image' | 'video' | 'gif' | 'audio' | 'voice' | 'document' | 'sticker',
    bytes: Buffer,
    more = {},
  ) =>
    ({
      content: { type, media: medium(), ...more } as MessageContent,
      mediaSource: { kind: 'inline' },
      mediaBytes: bytes,
    }) satisfies Fields;

  /** What is sent, and what the phone shows. */
  const kinds: readonly (readonly [string, () => Fields, Record<string, unknown>])[] = [
    ['text', () => ({ content: { type: 'text', text: 'hello' } }), { kind: 'text', text: 'hello' }],
    [
      'link preview',
      () => ({
        content: { type: 'text', text: `see http://127.0.0.1:${(pages.address() as AddressInfo).port}/page` },
        wantsLinkPreview: true,
      }),
      { kind: 'text', linkPreview: expect.objectContaining({ title: 'A page', description: 'Of words' }) },
    ],
    [
      'image',
      () => inline('image', picture, { caption: 'red' }),
      { kind: 'image', caption: 'red', mimeType: 'image/jpeg', width: 300, height: 200, hasThumbnail: true },
    ],
    ['video', () => inline('video', film(20_000)), { kind: 'video', mimeType: 'video/mp4' }],
    ['gif', () => inline('gif', film(5_000)), { kind: 'gif' }],
    [
      'audio',
      () =>
        inline(
          'audio',
          Buffer.concat([Buffer.from('ID3'), Buffer.alloc(7), Buffer.from('fffb9064', 'hex'), Buffer.alloc(2_000)]),
        ),
      { kind: 'audio', mimeType: 'audio/mpeg' },
    ],
    [
      'voice',
      () => inline('voice', tone()),
      { kind: 'voice', mimeType: 'audio/ogg; codecs=opus', seconds: 1, waveformBytes: 64 },
    ],
    [
      'document',
      () => ({
        ...inline('document', Buffer.from('just words')),
        content: {
          type: 'document',
          media: medium({ mimeType: 'text/plain', fileName: 'words.txt' }),
          caption: 'read',
        },
      }),
      { kind: 'document', fileName: 'words.txt', mimeType: 'text/plain', caption: 'read' },
    ],
    ['sticker', () => inline('sticker', picture), { kind: 'sticker', mimeType: 'image/webp', width: 512, height: 512 }],
    [
      'location',
      () => ({ content: { type: 'location', location: { latitude: 52.5, longitude: 13.4, name: 'Berlin' } } }),
      { kind: 'location', location: { latitude: 52.5, longitude: 13.4, name: 'Berlin' } },
    ],
    [
      'contacts',
      () => ({
        content: {
          type: 'contacts',
          contacts: [{ name: 'Ann', phones: ['+4915'], vcard: 'BEGIN:VCARD\nFN:Ann\nTEL:+4915\nEND:VCARD' }],
        },
      }),
      { kind: 'contacts', contacts: [expect.objectContaining({ name: 'Ann' })] },
    ],
    [
      'poll',
      () => ({ content: { type: 'poll', poll: { question: 'When?', options: ['now', 'later'], selectableCount: 1 } } }),
      { kind: 'poll', poll: { question: 'When?', options: ['now', 'later'], selectableCount: 1 } },
    ],
    ['forwarded', () => ({ content: { type: 'text', text: 'f' }, context: { forwarded: true } }), { forwarded: true }],
    [
      'view once',
      () => ({ ...inline('image', picture), context: { viewOnce: true } }),
      { kind: 'image', viewOnce: true },
    ],
    [
      'disappearing',
      () => ({ content: { type: 'text', text: 'gone soon' }, context: { expiresInSeconds: 86_400 } }),
      { ephemeral: 86_400 },
    ],
  ];

  for (const [place, to] of [
    ['a phone', () => ({ phone: friend })],
    ['a group', () => ({ id: group })],
  ] as const) {
    it.each(kinds)(`to ${place}: %s`, async (_, fields, expected) => {
      const row = await session.send(to(), fields());
      // The phone's receipt may be here already.
      expect(['sent', 'delivered']).toContain(row.status);
      const shown = await world.received(friend, row.messageId);
      expect(shown).toMatchObject({ ...expected, copies: 1 });
      expect(shown.mediaError).toBeUndefined();
      const { content } = row;
      if ('media' in content) expect(shown.sha256).toBe(content.media.sha256);
      expect(row).not.toHaveProperty('mediaBytes');
      const sent = await session.event(
        'message.sent',
        ({ type, data }) => type === 'message.sent' && data.messageId === row.messageId,
      );
      expect(sent.data).toMatchObject({ source: 'api', type: content.type, chat: row.chat });
      if (place === 'a phone') expect(row.chat.id).toMatch(/@lid$/);
    });
  }

  it('replies and mentions', async () => {
    const question = await world.write(member, { to: group, text: 'a question' });
    const asked = await waitFor('the question', () => session.message(question));
    const from = asked.from ?? null;
    const row = await session.send(
      { id: group },
      {
        content: { type: 'text', text: 'an answer' },
        context: {
          replyTo: { messageId: question, fromMe: false, from, text: 'a question' },
          mentions: from === null ? [] : [from],
          mentionsAll: true,
        },
      },
    );
    const shown = await world.received(friend, row.messageId);
    expect(shown).toMatchObject({ quotedId: question, quotedText: 'a question', mentionsAll: true });
    expect(shown.mentions).toHaveLength(1);
  });

  it('reacts, edits and deletes', async () => {
    const chat = { phone: friend };
    const row = await session.send(chat, { content: { type: 'text', text: 'first' } });
    await world.received(friend, row.messageId);
    const target: MessageTarget = { messageId: row.messageId, fromMe: true, from: null };
    await session.send(chat, { content: { type: 'reaction', target, emoji: '👍' } });
    await session.send(chat, { content: { type: 'edit', target, text: 'second' } });
    expect(await session.message(row.messageId)).toMatchObject({
      content: { type: 'text', text: 'second' },
      editedAt: expect.any(String),
    });
    await waitFor('the edit', async () => (await world.received(friend, row.messageId)).edited === 'second');
    await session.send(chat, { content: { type: 'delete', target } });
    await waitFor('the deletion', async () => (await world.received(friend, row.messageId)).deleted === true);
    const told = session.conversationEvents.filter(
      ({ data }) => data.messageId === row.messageId && data.source === 'api',
    );
    expect(told.map(({ type }) => type)).toEqual([
      'message.sent',
      'message.reaction',
      'message.edited',
      'message.deleted',
    ]);
  });

  it('opens the votes for its own poll', async () => {
    const poll = { question: 'When?', options: ['now', 'later'], selectableCount: 1 };
    const row = await session.send({ phone: friend }, { content: { type: 'poll', poll } });
    await world.received(friend, row.messageId);
    await world.write(friend, { to: owner, pollVote: { id: row.messageId, options: ['now'] } });
    const vote = await session.event(
      'the vote',
      ({ type, data }) => type === 'message.poll_vote' && data.messageId === row.messageId,
    );
    expect(vote.data).toMatchObject({ options: ['now'] });
  });

  it('posts a status for those who may see it', async () => {
    const row = await session.send(
      { id: 'status@broadcast' },
      { content: { type: 'text', text: 'my day' }, audience: [`${friend}@s.whatsapp.net`] },
    );
    // The phone's receipt may be here already.
    expect(['sent', 'delivered']).toContain(row.status);
    expect(await world.received(friend, row.messageId)).toMatchObject({ text: 'my day' });
  });

  it('sends a stored film of 15 MB byte for byte', async () => {
    const { tenantId, sessionId } = session.machine.name;
    const bytes = film(15 * 1024 * 1024);
    const path = join(tmpdir(), `wharf-film-${process.pid}`);
    await writeFile(path, bytes);
    const objects = createObjectStore({ s3: world.s3Client, bucket: world.bucket });
    const file = { path, size: bytes.length, mimeType: 'video/mp4' };
    await objects.putFile(mediaObjectKey(tenantId, sessionId, 'med_film'), file);
    await rm(path);
    const row = await session.send(
      { phone: friend },
      {
        content: { type: 'video', media: medium({ id: 'med_film' }) },
        mediaSource: { kind: 'stored', mediaId: 'med_film' },
      },
    );
    expect(await world.received(friend, row.messageId)).toMatchObject({ sha256: sha256(bytes), size: bytes.length });
  });

  it.each([
    ['bytes that are no picture', () => inline('image', Buffer.from('words')), 'media_unreadable'],
    ['a film that phones do not play', () => inline('video', Buffer.from('words')), 'media_type_unsupported'],
    [
      'an address inside',
      () => ({
        content: { type: 'image', media: medium() } as MessageContent,
        mediaSource: { kind: 'url', url: 'http://169.254.169.254/latest' } as const,
      }),
      'url_forbidden',
    ],
  ])('fails %s with a reason', async (_, fields, failureReason) => {
    expect(await session.send({ phone: friend }, fields())).toMatchObject({ status: 'failed', failureReason });
  });

  it('serves every kind again to a phone that could not decrypt it', async () => {
    await world.control('POST', '/faults', { kind: 'forget-sessions', phone: friend });
    const row = await session.send({ phone: friend }, inline('image', picture));
    expect(await world.received(friend, row.messageId)).toMatchObject({ kind: 'image', copies: 1 });
  });
});
