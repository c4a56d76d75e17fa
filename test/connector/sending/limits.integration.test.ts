import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageContent } from '../../../core/messages/message.ts';
import { createMessageRepository } from '../../../core/messages/message-repository.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { nextUtcDayMs, utcDay } from '../../../core/utc-calendar.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type ConversationWorld, startConversationWorld } from '../support/conversation-world.ts';

const people = ['491581000001', '491581000002', '491581000003', '491581000004'] as const;
const text = (words: string) => ({ content: { type: 'text', text: words } satisfies MessageContent });

const dayMs = 24 * 60 * 60 * 1_000;
/** WhatsApp has taken it; the phone's receipt may be here already. */
const taken = expect.stringMatching(/^(sent|delivered)$/);

describe('what a session may send in a day', () => {
  let world: ConversationWorld;
  let aheadMs = 0;
  const advance = (milliseconds: number) => {
    aheadMs += milliseconds;
    world.advance(milliseconds);
  };
  const now = () => Date.now() + aheadMs;

  beforeAll(async () => {
    world = await startConversationWorld();
    // To the noon of tomorrow: no day of the clock that counts ends while a test runs.
    advance(nextUtcDayMs(Date.now()) + dayMs / 2 - Date.now());
    for (const phone of people) await world.control('POST', '/phones', { phone });
  });
  afterAll(async () => {
    await world?.stop();
  });

  type Session = Awaited<ReturnType<ConversationWorld['link']>>;
  const today = async ({ machine: { name } }: Session) => {
    const Key = tableKeys.sendingDay(name.tenantId, name.sessionId, utcDay(now()));
    const found = await world.tables.dynamodb.send(
      new GetCommand({ TableName: world.tables.names.messages, Key, ConsistentRead: true }),
    );
    return found.Item;
  };
  const left = (session: Session, messageId: string) =>
    waitFor(`${messageId} to leave`, async () => {
      const row = await session.message(messageId);
      return row?.status === 'queued' || row?.status === 'sending' ? undefined : row;
    });

  it('begins no more chats than its budget allows, and the rest when it is renewed or the person writes first', async () => {
    const sending = { pacing: false, newChatsPerDay: 1, warmUp: false };
    const session = await world.link('491581000010', { sending });
    const [first, second, third, fourth] = people;
    expect((await session.send({ phone: first }, text('one'))).status).toEqual(taken);
    expect((await session.send({ phone: first }, text('running'))).status).toEqual(taken);
    const waiting = await session.send({ phone: second }, text('two'));
    const tomorrow = new Date(nextUtcDayMs(now())).toISOString();
    expect(waiting).toMatchObject({ status: 'queued', waitingFor: 'new_chat_budget', waitingUntil: tomorrow });
    const behind = await session.send({ phone: third }, text('three'));
    expect(behind).toMatchObject({ status: 'queued', waitingFor: 'new_chat_budget' });
    const hopeful = await session.send({ phone: fourth }, text('four'));
    expect(await today(session)).toMatchObject({ newChats: 1 });
    await waitFor('the list', async () => (await session.row()).sending?.waiting === 3);

    // A person who writes first is no stranger any more.
    await world.write(fourth, { to: '491581000010', text: 'do you open today?' });
    expect(await left(session, hopeful.messageId)).toMatchObject({ status: expect.not.stringMatching('failed') });
    expect(await session.message(waiting.messageId)).toMatchObject({ status: 'queued' });
    expect(await today(session)).toMatchObject({ newChats: 1 });

    advance(dayMs);
    session.session.sending.resume(session.machine);
    await left(session, waiting.messageId);
    // The budget of this day is used up by the first in the list.
    expect(await session.message(behind.messageId)).toMatchObject({ status: 'queued', waitingFor: 'new_chat_budget' });
    await session.event(
      'told again',
      ({ data }) => data.messageId === behind.messageId && data.waitingUntil !== tomorrow,
    );
  });

  it('keeps messages of running chats too beyond the limit of a day, in order', async () => {
    const sending = { pacing: false, newChatsPerDay: null, messagesPerDay: 2 };
    const session = await world.link('491581000011', { sending });
    const [first] = people;
    const sent = [];
    for (const words of ['one', 'two', 'three', 'four']) sent.push(await session.send({ phone: first }, text(words)));
    expect(sent.map(({ status }) => status)).toEqual([taken, taken, 'queued', 'queued']);
    expect(sent[3]).toMatchObject({ waitingFor: 'daily_limit' });
    advance(dayMs);
    session.session.sending.resume(session.machine);
    await left(session, sent[3]!.messageId);
    const inbox = (await world.control('GET', `/phones/${first}/messages`)).messages as { id: string }[];
    const ids = new Set(sent.map(({ messageId }) => messageId));
    expect(inbox.map(({ id }) => id).filter((id) => ids.has(id))).toEqual([...ids]);
  });

  it('sends nothing more to who asked for no more, and tells it', async () => {
    const owner = '491581000012';
    const session = await world.link(owner, { optOutKeywords: ['Stop', 'Bitte nicht mehr'] });
    const [first, second] = people;
    await world.write(first, { to: owner, text: 'please do not stop' });
    await world.write(second, { to: owner, text: ' STOP ' });
    const { data } = await session.event('the wish', ({ type }) => type === 'contact.opted_out');
    expect(data).toMatchObject({ contact: { phone: `+${second}` }, keyword: 'Stop' });
    expect(await session.send({ phone: second }, text('one more'))).toMatchObject({
      ...{ status: 'failed', failureReason: 'recipient_opted_out' },
    });
    expect((await session.send({ phone: first }, text('gladly'))).status).toEqual(taken);
    expect(session.conversationEvents.filter(({ type }) => type === 'contact.opted_out')).toHaveLength(1);
  });

  it('takes nobody for a stranger with whom the phone has talked before it was linked', async () => {
    const owner = '491581000015';
    const [first] = people;
    await world.control('POST', '/phones', { phone: owner });
    await world.write(owner, { to: first, text: 'from the phone, long ago' });
    const session = await world.link(owner, { sending: { newChatsPerDay: 0 } });
    const { name } = session.machine;
    await waitFor('the chat', async () => {
      const { lid } = await world.control('GET', `/phones/${first}`);
      const Key = tableKeys.chat(name.tenantId, name.sessionId, lid);
      return (await world.tables.dynamodb.send(new GetCommand({ TableName: world.tables.names.messages, Key }))).Item;
    });
    expect((await session.send({ phone: first }, text('and from the API'))).status).toEqual(taken);
  });

  it('tries one message a day later when WhatsApp refuses a new chat and names no end, and the rest after it', async () => {
    const owner = '491581000014';
    const session = await world.link(owner);
    const refused = async () => (await world.control('GET', `/phones/${owner}`)).refused as number;
    await world.control('POST', '/faults', { kind: 'ack-error', phone: owner, code: 463 });
    const sent = [];
    for (const phone of people.slice(0, 3)) sent.push(await session.send({ phone }, text('hello')));
    for (const row of sent)
      expect(row).toMatchObject({ status: 'queued', waitingFor: 'account_restricted', waitingUntil: null });
    expect(await refused()).toBe(1);
    // The probe of the next day is refused as well, and again it is the only one.
    advance(dayMs + 1_000);
    session.session.sending.resume(session.machine);
    await waitFor('the probe', async () => (await refused()) === 2);
    // What follows from the refusal takes another question to WhatsApp, and counts its day from then.
    const { tenantId, sessionId } = session.machine.name;
    await waitFor('the hold of another day', async () => {
      const Key = tableKeys.sendingHold(tenantId, sessionId);
      const input = { TableName: world.tables.names.messages, Key, ConsistentRead: true };
      const { Item } = await world.tables.dynamodb.send(new GetCommand(input));
      return Date.parse(Item?.retryAt) > now();
    });
    await world.control('POST', '/faults', { kind: 'clear' });
    advance(dayMs + 1_000);
    session.session.sending.resume(session.machine);
    for (const { messageId } of sent) await left(session, messageId);
    expect(await refused()).toBe(2);
  });

  it('forgets a message that is taken back while it waits, and tells it', async () => {
    const session = await world.link('491581000016', { sending: { newChatsPerDay: 0 } });
    const waiting = await session.send({ phone: people[0] }, text('on second thoughts'));
    expect(waiting).toMatchObject({ status: 'queued', waitingFor: 'new_chat_budget' });
    const table = { dynamodb: world.tables.dynamodb, tableName: world.tables.names.messages };
    await createMessageRepository(table).failQueued(waiting, 'cancelled', new Date().toISOString());
    await session.sendMessage(session.machine, waiting.messageId, AbortSignal.timeout(30_000));
    await session.event('the end', ({ data }) => data.messageId === waiting.messageId && data.reason === 'cancelled');
    await waitFor('the list to be empty', async () => (await session.row()).sending === undefined);
  });

  it('fails what the session would say by itself, and would have to wait', async () => {
    const sending = { pacing: false, newChatsPerDay: 0 };
    const session = await world.link('491581000013', { sending });
    const [first] = people;
    expect(await session.send({ phone: first }, { ...text('answer'), madeBy: 'call_reject' })).toMatchObject({
      ...{ status: 'failed', failureReason: 'new_chat_budget' },
    });
  });
});
