import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplyTrigger } from '../../../core/auto-reply/index.ts';
import { newId } from '../../../core/ids.ts';
import { mediaObjectKey } from '../../../core/messages/media.ts';
import { anything, type ReplyWorld, rule, startReplyWorld } from './support/reply-world.ts';

const owner = '491565000001';
const friend = '491565000002';
const hourMs = 3_600_000;

type Session = Awaited<ReturnType<ReplyWorld['link']>>;

describe('what a session answers by itself', () => {
  let world: ReplyWorld;
  let session: Session;
  const unlimited = { answersPerContactHourMax: 20, answersPerContactDayMax: 100, pauseMinutesAfterHuman: 0 };

  beforeAll(async () => {
    world = await startReplyWorld();
    await world.control('POST', '/phones', { phone: friend, name: 'Ada Lovelace' });
    session = await world.link(owner, {});
  });
  afterAll(() => world?.stop());

  /** Somebody whom the session has never met. */
  const stranger = async (phone: string) => {
    await world.control('POST', '/phones', { phone });
    return phone;
  };

  it.each([
    [{ kind: 'keyword', values: ['price', 'cost'] }, 'What is the PRICE?', 'pricelist'],
    [{ kind: 'contains', values: ['price'] }, 'pricelist', 'hello'],
    [{ kind: 'startsWith', values: ['/help'] }, '/HELP me', 'me /help'],
    [{ kind: 'regex', pattern: '^order \\d+$' }, 'Order 4711', 'my order 4711'],
    // Ruin for an engine that tries again and again.
    [{ kind: 'regex', pattern: '^(a+)+$' }, 'aaaa', `${'a'.repeat(2_000)}!`],
  ] as const satisfies readonly (readonly [ReplyTrigger, string, string])[])('%j', async (trigger, fits, other) => {
    await session.set({ ...unlimited, rules: [rule('it', trigger)] });
    expect(await session.reply(friend, fits)).toMatchObject({ kind: 'text', text: 'answer of it', copies: 1 });
    expect(await session.reply(friend, other)).toBeUndefined();
  });

  it('answers anything: a picture by its caption, and what has no words', async () => {
    await session.set({
      ...unlimited,
      rules: [rule('look', { kind: 'keyword', values: ['look'] }), rule('rest', anything)],
    });
    const look = await session.reply(friend, { image: { size: 2_000, caption: 'look!' } });
    expect(look).toMatchObject({ text: 'answer of look' });
    expect(await session.reply(friend, { location: { latitude: 1, longitude: 2 } })).toMatchObject({
      text: 'answer of rest',
    });
  });

  it('fills in who asks, and tells everybody that the session answered by itself', async () => {
    await session.set({
      ...unlimited,
      rules: [rule('name', anything, { reply: { text: 'Hello {{firstName}} ({{phone}}), you said "{{text}}".' } })],
    });
    const { id, answers } = await session.ask(friend, { text: 'good morning' });
    const [answer = ''] = answers;
    expect(await world.received(friend, answer)).toMatchObject({
      text: `Hello Ada (+${friend}), you said "good morning".`,
    });
    expect(await session.message(answer)).toMatchObject({
      madeBy: 'auto_reply',
      direction: 'outbound',
      chat: await session.chatOf(id),
    });
    const told = await session.event(
      'the answer',
      ({ type, data }) => type === 'message.sent' && data.messageId === answer,
    );
    expect(told.data).toMatchObject({ source: 'auto_reply' });
  });

  it('sends pictures that were uploaded, and files from an address', async () => {
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const server = createServer((_, response) => response.end('%PDF-1.4 a price list'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prices.pdf`;
    const mediaId = newId('med');
    const { tenantId, sessionId } = session.machine.name;
    const Key = mediaObjectKey(tenantId, sessionId, mediaId);
    await world.s3Client.send(new PutObjectCommand({ Bucket: world.bucket, Key, Body: picture }));
    const rules = [
      rule(
        'picture',
        { kind: 'keyword', values: ['picture'] },
        {
          reply: { text: 'For {{firstName}}', media: { type: 'image', source: { kind: 'stored', mediaId } } },
        },
      ),
      rule('prices', anything, { reply: { media: { type: 'document', source: { kind: 'url', url } } } }),
    ];
    await session.set({ ...unlimited, rules });
    try {
      expect(await session.reply(friend, 'a picture please')).toMatchObject({ kind: 'image', caption: 'For Ada' });
      const prices = await session.reply(friend, 'prices');
      expect(prices).toMatchObject({ kind: 'document', size: 21 });
    } finally {
      server.close();
    }
  });

  it('greets who writes for the first time, and once', async () => {
    const newcomer = await stranger('491565000003');
    await session.set({ ...unlimited, rules: [rule('greeting', { kind: 'firstContact' }), rule('rest', anything)] });
    expect(await session.reply(newcomer, 'hello?')).toMatchObject({ text: 'answer of greeting' });
    expect(await session.reply(newcomer, 'anybody?')).toMatchObject({ text: 'answer of rest' });
    expect(await session.reply(friend, 'me again')).toMatchObject({ text: 'answer of rest' });
  });

  it('says that nobody is there outside the business hours, and what else is for the hours', async () => {
    const visitor = await stranger('491565000004');
    const rules = [rule('away', { kind: 'away' }), rule('open', anything, { hours: 'inside' })];
    await session.set({ ...unlimited, rules, businessHours: { timeZone: 'Europe/Berlin', days: {} } });
    expect(await session.reply(visitor, 'hello?')).toMatchObject({ text: 'answer of away' });
    const always = [{ from: '00:00', to: '00:00' }];
    const days = Object.fromEntries(
      ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [day, always]),
    );
    await session.set({ ...unlimited, rules, businessHours: { timeZone: 'Europe/Berlin', days } });
    expect(await session.reply(visitor, 'hello?')).toMatchObject({ text: 'answer of open' });
  });

  it('gives one contact the answer of a rule once in its cool-down, and another contact at once', async () => {
    const [one, two] = [await stranger('491565000005'), await stranger('491565000006')];
    await session.set({ ...unlimited, rules: [rule('daily', anything, { cooldownHours: 24 })] });
    const first = await session.ask(one, { text: 'one' });
    expect(first.answers).toHaveLength(1);
    expect(await session.reply(one, 'two')).toBeUndefined();
    expect(await session.reply(two, 'three')).toMatchObject({ text: 'answer of daily' });
    const { id } = await session.chatOf(first.id);
    await session.age(id, 23 * hourMs);
    expect(await session.reply(one, 'four')).toBeUndefined();
    await session.age(id, hourMs);
    expect(await session.reply(one, 'five')).toMatchObject({ text: 'answer of daily' });
  });
});
