import { BatchWriteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteMessages } from '../../../connector/storage/delete-messages.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import { startTestAws, type TestAws } from '../../support/aws.ts';

let aws: TestAws;

beforeAll(async () => {
  aws = await startTestAws();
});

afterAll(async () => {
  await aws?.stop();
});

const tenantId = 'usr_a';
const deleteMedia = async () => undefined;

async function write(sessionId: string, count: number): Promise<void> {
  for (let start = 0; start < count; start += 25) {
    const requests = Array.from({ length: Math.min(25, count - start) }, (_, index) => ({
      PutRequest: { Item: tableKeys.message(tenantId, sessionId, `3EB0${start + index}`) },
    }));
    await aws.clients.document.send(new BatchWriteCommand({ RequestItems: { [aws.tables.messages]: requests } }));
  }
}

async function count(sessionId: string): Promise<number | undefined> {
  const { Count } = await aws.clients.document.send(
    new QueryCommand({
      TableName: aws.tables.messages,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': tableKeys.message(tenantId, sessionId, '').pk },
      ConsistentRead: true,
    }),
  );
  return Count;
}

it('deletes what a session has seen of people and groups, and what waits', async () => {
  const { document } = aws.clients;
  const { chat, contact, group, alternateAddress, mediaJob } = tableKeys;
  const { optOut, parkedSend, sendingDay, sendingHold } = tableKeys;
  const rows = [chat, contact, group, alternateAddress, mediaJob, optOut, parkedSend, sendingDay, sendingHold];
  const requests = rows.map((keyOf) => ({ PutRequest: { Item: keyOf(tenantId, 'ses_3', 'x') } }));
  await document.send(new BatchWriteCommand({ RequestItems: { [aws.tables.messages]: requests } }));
  const table = { dynamodb: document, tableName: aws.tables.messages, tenantId, deleteMedia };
  expect(await deleteMessages({ ...table, sessionId: 'ses_3' })).toBe(rows.length);
  expect(await deleteMessages({ ...table, sessionId: 'ses_3' })).toBe(0);
});

it('deletes the bytes of media before their rows', async () => {
  const { document } = aws.clients;
  const requests = ['med_1', 'med_2'].map((id) => ({
    PutRequest: { Item: { ...tableKeys.media(tenantId, 'ses_4', id), id } },
  }));
  await document.send(new BatchWriteCommand({ RequestItems: { [aws.tables.messages]: requests } }));
  const table = { dynamodb: document, tableName: aws.tables.messages, tenantId, sessionId: 'ses_4' };
  const refuse = () => Promise.reject(new Error('no store'));
  await expect(deleteMessages({ ...table, deleteMedia: refuse })).rejects.toThrow('no store');
  expect(await count('ses_4')).toBe(2);
  const deleted: string[] = [];
  await deleteMessages({ ...table, deleteMedia: async (ids) => void deleted.push(...ids) });
  expect(deleted).toEqual(['med_1', 'med_2']);
  expect(await count('ses_4')).toBe(0);
});

it('deletes all messages of one session and none of another, and stops at its bound', async () => {
  await Promise.all([write('ses_1', 610), write('ses_2', 30)]);
  const table = { dynamodb: aws.clients.document, tableName: aws.tables.messages, tenantId, deleteMedia };
  expect(await deleteMessages({ ...table, sessionId: 'ses_1', messagesMax: 520 })).toBe(520);
  expect(await count('ses_1')).toBe(90);
  expect(await deleteMessages({ ...table, sessionId: 'ses_1' })).toBe(90);
  expect(await deleteMessages({ ...table, sessionId: 'ses_1' })).toBe(0);
  expect([await count('ses_1'), await count('ses_2')]).toEqual([0, 30]);
});
