import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { anything, type ReplyWorld, rule, startReplyWorld } from './support/reply-world.ts';

const owner = '491566000001';
const friend = '491566000002';
const other = '491566000003';
const minuteMs = 60_000;

type Session = Awaited<ReturnType<ReplyWorld['link']>>;

describe('when a session keeps still', () => {
  let world: ReplyWorld;
  let session: Session;
  const rules = [rule('any', anything)];
  const most = { answersPerContactHourMax: 20, answersPerContactDayMax: 100 };

  beforeAll(async () => {
    world = await startReplyWorld();
    for (const phone of [friend, other]) await world.control('POST', '/phones', { phone });
    session = await world.link(owner, {});
  });
  afterAll(() => world?.stop());

  it('pauses in a chat where somebody answered over the API, and only there', async () => {
    await session.set({ ...most, rules, pauseMinutesAfterHuman: 30 });
    const { id } = await session.ask(friend, { text: 'hello' });
    const sent = await session.send({ phone: friend }, { content: { type: 'text', text: 'A person here.' } });
    // The phone's receipt may be here already.
    expect(['sent', 'delivered']).toContain(sent.status);
    expect(await session.reply(friend, 'thank you')).toBeUndefined();
    expect(await session.reply(other, 'hello')).toMatchObject({ text: 'answer of any' });
    const chat = await session.chatOf(id);
    await session.age(chat.id, 29 * minuteMs);
    expect(await session.reply(friend, 'and?')).toBeUndefined();
    await session.age(chat.id, minuteMs);
    expect(await session.reply(friend, 'hello again')).toMatchObject({ text: 'answer of any' });
  });

  it('pauses in a chat where the owner answered on the phone, but not for a reaction', async () => {
    await session.set({ ...most, rules, pauseMinutesAfterHuman: 30 });
    const { id } = await session.ask(other, { text: 'are you there?' });
    await world.write(owner, { to: other, reaction: { id, emoji: '👍' } });
    await session.settle();
    expect(await session.reply(other, 'nice')).toMatchObject({ text: 'answer of any' });
    const own = await world.write(owner, { to: other, text: 'Yes, I am.' });
    await session.event('of the owner', ({ data }) => data.messageId === own);
    expect(await session.reply(other, 'good')).toBeUndefined();
    await session.age((await session.chatOf(id)).id, 30 * minuteMs);
    expect(await session.reply(other, 'still?')).toMatchObject({ text: 'answer of any' });
  });

  it('answers in a group only where that is on and it is mentioned', async () => {
    const group = (await world.control('POST', '/groups', { subject: 'Team', owner: friend, members: [owner] })).id;
    const inGroup = { to: group, text: `@${owner} hello`, mentions: [owner] };
    await session.set({ ...most, rules });
    expect(await session.reply(friend, inGroup)).toBeUndefined();
    await session.set({ ...most, rules, groups: true });
    expect(await session.reply(friend, { to: group, text: 'hello all' })).toBeUndefined();
    expect(await session.reply(friend, inGroup)).toMatchObject({ text: 'answer of any', chat: group });
  });

  it('answers neither itself nor status posts, channels, reactions, edits and votes', async () => {
    const before = session.answers.length;
    await session.set({ ...most, rules, pauseMinutesAfterHuman: 0 });
    const { id } = await session.ask(friend, { text: 'a question' });
    expect(session.answers).toHaveLength(before + 1);
    await world.write(friend, { to: 'status@broadcast', text: 'my day', audience: [owner] });
    await world.control('POST', '/newsletters/120363000000000001/messages', { to: [owner], text: 'news' });
    await world.write(friend, { to: owner, reaction: { id, emoji: '👍' } });
    await world.write(friend, { to: owner, edit: { id, text: 'another question' } });
    await world.write(friend, { to: owner, delete: { id } });
    const own = await world.write(owner, { to: friend, text: 'from the phone' });
    await session.event('of the owner', ({ data }) => data.messageId === own);
    await session.settle();
    expect(session.answers).toHaveLength(before + 1);
  });

  it('answers nothing while it is off', async () => {
    await session.set({ ...most, enabled: false, rules });
    expect(await session.reply(other, 'hello')).toBeUndefined();
  });

  it('gives a redelivered message no second answer', async () => {
    await session.set({ ...most, rules: [rule('any', anything), rule('later', anything)], pauseMinutesAfterHuman: 0 });
    const { id, answers } = await session.ask(friend, { text: 'once' });
    const [answer = ''] = answers;
    expect((await world.received(friend, answer)).copies).toBe(1);
    await session.redeliver(id);
    await session.settle();
    expect(new Set(session.answers.slice(session.answers.indexOf(answer)))).toEqual(new Set([answer]));
    expect((await world.received(friend, answer)).copies).toBe(1);
    // The rules have changed meanwhile: what was answered stays answered.
    await session.set({ ...most, rules: [rule('new', anything)], pauseMinutesAfterHuman: 0 });
    await session.redeliver(id);
    expect((await world.received(friend, answer)).copies).toBe(1);
    expect(session.answers.at(-1)).toBe(answer);
  });

  it.each([
    ['before its command', false],
    ['before its row', true],
  ])('gives a message whose answer was cut off %s exactly one when it comes again', async (_, withRow) => {
    await session.set({ ...most, rules: [rule('any', anything, { cooldownHours: 1 })], pauseMinutesAfterHuman: 0 });
    const newcomer = withRow ? '491566000006' : '491566000007';
    await world.control('POST', '/phones', { phone: newcomer });
    const id = await session.cutOffAnswer(newcomer, { withRow });
    const before = session.answers.length;
    await session.redeliver(id);
    const [answer = ''] = session.answers.slice(before);
    expect(await world.received(newcomer, answer)).toMatchObject({ text: 'answer of any', copies: 1 });
    await session.redeliver(id);
    expect((await world.control('GET', `/phones/${newcomer}/messages`)).messages).toHaveLength(1);
    expect((await world.received(newcomer, answer)).copies).toBe(1);
  });

  it('does not answer what was written long ago', async () => {
    await session.set({ ...most, rules, pauseMinutesAfterHuman: 0 });
    world.advance(16 * minuteMs);
    expect(await session.reply(other, 'an hour in the queue')).toBeUndefined();
    world.advance(-16 * minuteMs);
    expect(await session.reply(other, 'now')).toMatchObject({ text: 'answer of any' });
  });

  it('falls silent with another that answers everything too', { timeout: 180_000 }, async () => {
    const bot = '491566000004';
    const limits = { answersPerContactHourMax: 3, answersPerContactDayMax: 10 };
    const fresh = '491566000005';
    const [one, two] = await Promise.all([
      world.link(fresh, { rules: [rule('one', anything)], ...limits }),
      world.link(bot, { rules: [rule('two', anything)], ...limits }),
    ]);
    // Each side's allowance and the message that begins it.
    const most = 1 + 2 * limits.answersPerContactHourMax;
    await one.send({ phone: bot }, { content: { type: 'text', text: 'hello' }, madeBy: 'auto_reply' });
    const talk = async () =>
      ((await world.control('GET', `/phones/${bot}/outgoing`)).messages.length as number) +
      ((await world.control('GET', `/phones/${fresh}/outgoing`)).messages.length as number);
    await waitFor('one of them to have said all it may', () => Math.max(one.answers.length, two.answers.length) >= 3);
    // Whoever is silent first has got everything; the marks come after it.
    for (let round = 0; round < most; round++) {
      await Promise.all([one.settle(), two.settle(), one.idle(), two.idle()]);
    }
    const said = await talk();
    expect(said).toBeGreaterThanOrEqual(4);
    expect(said).toBeLessThanOrEqual(most);
    await Promise.all([one.settle(), two.settle()]);
    expect(await talk()).toBe(said);
  });
});
