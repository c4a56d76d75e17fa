import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call, CallRow } from '../../../core/calls/call.ts';
import { createAddressBook } from '../../../core/directory/address-book.ts';
import type { Chat } from '../../../core/directory/chat.ts';
import { createDirectoryRepository } from '../../../core/directory/directory-repository.ts';
import { newId } from '../../../core/ids.ts';
import type { Media } from '../../../core/messages/media.ts';
import type { Message } from '../../../core/messages/message.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type ConversationWorld, startConversationWorld } from '../support/conversation-world.ts';

const owner = '491562000001';
const friend = '491562000002';
const member = '491562000003';

describe('directory and calls', () => {
  let world: ConversationWorld;
  let session: Awaited<ReturnType<ConversationWorld['link']>>;
  let name: { tenantId: string; sessionId: string };

  beforeAll(async () => {
    world = await startConversationWorld();
    for (const phone of [friend, member]) await world.control('POST', '/phones', { phone, name: `Name of ${phone}` });
    session = await world.link(owner, { rejectCalls: true, rejectCallsMessage: 'Please write', presenceEvents: true });
    name = session.machine.name;
  });
  afterAll(() => world?.stop());

  const table = () => ({ dynamodb: world.tables.dynamodb, tableName: world.tables.names.messages });
  const directory = () => createDirectoryRepository(table());

  const ask = async (call: Call, deadlineMs = 60_000): Promise<CallRow> => {
    const callId = newId('call');
    const Key = tableKeys.call(name.tenantId, name.sessionId, callId);
    const at = new Date().toISOString();
    const row: CallRow = { ...name, callId, call, status: 'asked', createdAt: at, expiresAtSeconds: 2 ** 31 };
    const { dynamodb, tableName } = table();
    await dynamodb.send(new PutCommand({ TableName: tableName, Item: { ...Key, ...row } }));
    const deadlineAt = new Date(Date.now() + deadlineMs).toISOString();
    const command = {
      version: 1,
      kind: 'call',
      commandId: callId,
      callId,
      deadlineAt,
      requestId: 'req_1',
      ...name,
    } as const;
    await session.answerCall(command, session.machine.connection);
    return (await dynamodb.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item as CallRow;
  };

  it('keeps one chat of one person, however it is addressed', async () => {
    await session.send({ phone: friend }, { content: { type: 'text', text: 'one' } });
    for (const addressing of ['pn', 'lid']) {
      const id = await world.write(friend, { to: owner, addressing, text: addressing });
      await session.event(addressing, ({ data }) => data.messageId === id);
    }
    const chats = await waitFor('the chat', async () => {
      const { items } = await directory().chats(name.tenantId, name.sessionId, { limit: 10 });
      return items.some(({ lastReceivedAt }: Chat) => lastReceivedAt !== null) ? items : undefined;
    });
    expect(chats).toHaveLength(1);
    const [chat] = chats;
    expect(chat).toMatchObject({ kind: 'person', identity: { phone: `+${friend}` }, disappearingSeconds: null });
    expect(chat?.chatId).toMatch(/@lid$/);
    const findAlternate = createAddressBook(table());
    const phoneAddress = `${friend}@s.whatsapp.net`;
    await waitFor(
      'the pair',
      async () => (await findAlternate(name.tenantId, name.sessionId, phoneAddress)) === chat?.chatId,
    );
    expect(await findAlternate(name.tenantId, name.sessionId, chat?.chatId ?? '')).toBe(phoneAddress);
    const { dynamodb, tableName } = table();
    const rows = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: {
          ':pk': tableKeys.message(name.tenantId, name.sessionId, '').pk,
          ':sk': 'MESSAGE#',
        },
      }),
    );
    expect(new Set(rows.Items?.map(({ chatPk }) => chatPk)).size).toBe(1);
  });

  it('knows people by the names that they gave themselves', async () => {
    const event = await session.event('a contact', ({ type }) => type === 'contact.updated');
    expect(event.data).toMatchObject({ pushName: `Name of ${friend}` });
  });

  it('makes, reads and changes groups, and tells what others change', async () => {
    const made = await ask({ kind: 'group.create', subject: 'Team', participants: [`${friend}@s.whatsapp.net`] });
    expect(made).toMatchObject({ status: 'done', result: { subject: 'Team' } });
    const { groupId } = made.result as { groupId: string };
    const added = await ask({
      kind: 'group.participants',
      groupId,
      action: 'add',
      participants: [`${member}@s.whatsapp.net`],
    });
    expect(added).toMatchObject({ status: 'done', result: [{ done: true, code: 200 }] });
    const renamed = await ask({ kind: 'group.subject', groupId, subject: 'Crew' });
    expect(renamed).toMatchObject({ status: 'done', result: { subject: 'Crew' } });
    expect(await ask({ kind: 'group.invite', groupId, renew: false })).toMatchObject({
      status: 'done',
      result: { inviteUrl: expect.stringContaining('https://chat.whatsapp.com/') },
    });
    await ask({ kind: 'group.participants', groupId, action: 'promote', participants: [`${friend}@s.whatsapp.net`] });
    await world.control('POST', `/groups/${groupId}`, { by: friend, subject: 'Band' });
    const event = await session.event(
      'the subject',
      ({ type, data }) => type === 'group.updated' && (data.changed as { subject?: string }).subject === 'Band',
    );
    expect(event.data).toMatchObject({ groupId, by: { phone: `+${friend}` } });
    const stored = await waitFor('the row', async () => {
      const group = await directory().group(name.tenantId, name.sessionId, groupId);
      return group?.subject === 'Band' ? group : undefined;
    });
    expect(stored.participants).toHaveLength(3);
    await world.control('POST', `/groups/${groupId}`, { by: friend, remove: [member] });
    expect(
      (
        await session.event(
          'a member gone',
          ({ type, data }) => type === 'group.participants' && data.action === 'remove',
        )
      ).data,
    ).toMatchObject({
      participants: [{ phone: `+${member}` }],
    });
    await waitFor(
      'the smaller group',
      async () => (await directory().group(name.tenantId, name.sessionId, groupId))?.participants.length === 2,
    );
  });

  it('checks numbers, and says why a call has no answer', async () => {
    expect(await ask({ kind: 'contact.check', phones: [friend, '491529000000'] })).toMatchObject({
      status: 'done',
      result: [
        { phone: friend, exists: true, contact: { phone: `+${friend}`, lid: expect.stringMatching(/@lid$/) } },
        { exists: false, contact: null },
      ],
    });
    expect(await ask({ kind: 'group.info', groupId: '120363000000000099@g.us' })).toMatchObject({ status: 'failed' });
    expect(await ask({ kind: 'group.list' }, -1)).toMatchObject({ status: 'asked' });
  });

  it('rejects a call with words, and tells of it', async () => {
    const call = await world.control('POST', `/phones/${friend}/calls`, { to: owner });
    const event = await session.event(
      'the call',
      ({ type, data }) => type === 'call.received' && data.callId === call.id,
    );
    expect(event.data).toMatchObject({ status: 'ringing', rejected: true, from: { phone: `+${friend}` } });
    const { messages } = await waitFor('the words', async () => {
      const answer = await world.control('GET', `/phones/${friend}/messages`);
      return answer.messages.some(({ text }: { text: string }) => text === 'Please write') ? answer : undefined;
    });
    expect(messages.filter(({ text }: { text: string }) => text === 'Please write')).toHaveLength(1);
  });

  it('keeps the timer of a chat, whoever set it', async () => {
    const { items } = await directory().chats(name.tenantId, name.sessionId, { limit: 10 });
    const chatId = items.find(({ identity }) => identity.phone === `+${friend}`)?.chatId ?? '';
    const timer = async () => {
      const page = await directory().chats(name.tenantId, name.sessionId, { limit: 10 });
      return page.items.find((chat) => chat.chatId === chatId)?.disappearingSeconds;
    };
    expect(await ask({ kind: 'chat.disappearing', chatId, seconds: 86_400 })).toMatchObject({ status: 'done' });
    await waitFor('our timer', async () => (await timer()) === 86_400);
    await world.write(friend, { to: owner, disappearing: { seconds: 604_800 } });
    await waitFor('their timer', async () => (await timer()) === 604_800);
  });

  it('fetches what an earlier owner of the session left to be fetched', async () => {
    const id = await world.write(friend, { to: owner, image: { size: 3_000 } });
    const arrived = await session.event(
      'the picture',
      ({ type, data }) => type === 'message.media' && data.messageId === id,
    );
    const { dynamodb, tableName } = table();
    const { tenantId, sessionId } = name;
    const job = { tenantId, sessionId, messageId: id, createdAt: new Date().toISOString() };
    const Key = tableKeys.mediaJob(tenantId, sessionId, id);
    const noJob = async () =>
      (await dynamodb.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item === undefined;
    await waitFor('the end of the first job', noJob);
    await dynamodb.send(new PutCommand({ TableName: tableName, Item: { ...Key, ...job } }));
    const pending = (await session.message(id)) as Message;
    const media = { ...(arrived.data.media as Media), status: 'pending' } as const;
    await session.session.messages.setContent(name, id, { type: 'image', media }, pending.updatedAt);
    await waitFor('the picture again', async () => {
      await session.session.resumeMedia({ ...name, metadata: {}, connection: () => session.machine.connection });
      const content = (await session.message(id))?.content;
      return content?.type === 'image' && content.media.status === 'available';
    });
    await waitFor('the end of the second job', noJob);
  });

  it('marks messages as read and shows typing', async () => {
    const id = await world.write(friend, { to: owner, text: 'read me' });
    const { data } = await session.event('the message', (event) => event.data.messageId === id);
    const chatId = (data.chat as { id: string }).id;
    const base = { version: 1, commandId: newId('cmd'), requestId: 'req_1', chatId, ...name } as const;
    await session.tendChat({ ...base, kind: 'chat.read', messageIds: [id] }, session.machine.connection);
    await waitFor('the receipt', async () => {
      const { messages } = await world.control('GET', `/phones/${friend}/outgoing`);
      return messages.some((message: { id: string; status: string }) => message.id === id && message.status === 'read');
    });
    await session.tendChat({ ...base, kind: 'chat.presence', presence: 'typing' }, session.machine.connection);
    await waitFor('the typing', async () => {
      const { states } = await world.control('GET', `/phones/${friend}/chat-states`);
      return states.some(({ state }: { state: string }) => state === 'composing');
    });
  });
});
