import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSendingStore, type ParkedSend } from '../../../connector/sending/sending-store.ts';
import type { Message } from '../../../core/messages/message.ts';
import { startHold } from '../../../core/sending/index.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { startTestTables, type TestTables } from '../support/test-tables.ts';

const name = { tenantId: 'usr_test', sessionId: 'ses_test' };
const day = '2026-11-22';

describe('the rows of what waits', () => {
  let tables: TestTables;
  /** Two owners: one does not know yet that it is none any more. */
  let owners: readonly ReturnType<typeof createSendingStore>[];

  beforeAll(async () => {
    tables = await startTestTables();
    const table = { dynamodb: tables.dynamodb, tableName: tables.names.messages };
    owners = [createSendingStore(table), createSendingStore(table)];
  });
  afterAll(() => tables?.stop());

  const write = async (messageId: string) => {
    const message = { ...name, messageId } as Message;
    const Item = { ...tableKeys.message(name.tenantId, name.sessionId, messageId), ...message };
    await tables.dynamodb.send(new PutCommand({ TableName: tables.names.messages, Item }));
    return message;
  };
  const used = async () => {
    const Key = tableKeys.sendingDay(name.tenantId, name.sessionId, day);
    const input = { TableName: tables.names.messages, Key, ConsistentRead: true };
    return (await tables.dynamodb.send(new GetCommand(input))).Item;
  };

  it('count no more than the limit, and no message twice, whoever counts', async () => {
    const limits = { newChats: 5, messages: 100 };
    const messages = await Promise.all(Array.from({ length: 12 }, (_, index) => write(`3EB0${index}`)));
    const outcomes = await Promise.all(
      messages.flatMap((message) => owners.map((owner) => owner.count(message, { day, isNewChat: true, limits }))),
    );
    expect(await used()).toMatchObject({ newChats: 5, messages: 5 });
    expect(outcomes.filter((outcome) => outcome !== undefined)).toContainEqual({ newChats: 5, messages: 5 });
    const counted = await Promise.all(messages.map(async ({ messageId }) => (await row(messageId))?.countedDay));
    expect(counted.filter((each) => each === day)).toHaveLength(5);
  });

  const row = async (messageId: string) => {
    const Key = tableKeys.message(name.tenantId, name.sessionId, messageId);
    return (await tables.dynamodb.send(new GetCommand({ TableName: tables.names.messages, Key }))).Item;
  };

  it('are read in order, with the hold, and without what was counted', async () => {
    const [store] = owners;
    const parked = (place: number): ParkedSend => ({
      ...{ messageId: `M${place}`, position: `2026-11-22T10:00:0${place}.000Z#M${place}`, addresses: ['1@lid'] },
      ...{ isNewChat: true, waiting: { reason: 'account_restricted', until: null }, expiresAtSeconds: 2 ** 31 },
    });
    const hold = startHold({ nowMs: Date.now(), until: null });
    for (const place of [3, 1, 2]) await store!.putParked(name, parked(place));
    await store!.putHold(name, hold);
    await store!.deleteParked(name, parked(2));
    const loaded = await store!.load(name);
    expect(loaded.hold).toEqual(hold);
    expect(loaded.parked.map(({ messageId }) => messageId)).toEqual(['M1', 'M3']);
    await store!.deleteHold(name);
    expect((await store!.load(name)).hold).toBeUndefined();
  });
});
