import { BatchWriteCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from './deadline.ts';

export interface DeleteMessagesOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly tenantId: string;
  readonly sessionId: string;
  /** Deletes the bytes of media, by id, before their rows go: without the row nobody would know of them. */
  readonly deleteMedia: (mediaIds: readonly string[]) => Promise<void>;
  /** Stops after this many rows; messages and media that are left end with their time to live. Default 50,000. */
  readonly messagesMax?: number;
}

const batchWriteMax = 25;
const messagesPerQuery = 500;
const mediaPrefix = tableKeys.media('', '', '').sk;

/**
 * Deletes what a session that is gone has written and seen: messages, media with their bytes, jobs, chats, contacts, groups, addresses, and
 * what waits to be sent. Resolves to the number of rows. What DynamoDB leaves unprocessed is found by the next query.
 */
export async function deleteMessages(options: DeleteMessagesOptions): Promise<number> {
  const { tenantId, sessionId, messagesMax = 50_000 } = options;
  let deleted = 0;
  // The directory first: unlike messages, it has no end of its own.
  for (const keyOf of [
    tableKeys.chat,
    tableKeys.contact,
    tableKeys.group,
    tableKeys.alternateAddress,
    tableKeys.optOut,
    tableKeys.parkedSend,
    tableKeys.sendingHold,
    tableKeys.sendingDay,
    tableKeys.mediaJob,
    tableKeys.media,
    tableKeys.message,
  ]) {
    deleted += await deleteRows(options, keyOf(tenantId, sessionId, ''), messagesMax - deleted);
  }
  return deleted;
}

async function deleteRows(
  { dynamodb, tableName, deleteMedia }: DeleteMessagesOptions,
  { pk, sk }: { readonly pk: string; readonly sk: string },
  messagesMax: number,
): Promise<number> {
  let deleted = 0;
  while (deleted < messagesMax) {
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        ProjectionExpression: 'pk, sk',
        ConsistentRead: true,
        Limit: Math.min(messagesPerQuery, messagesMax - deleted),
      }),
      deadline(),
    );
    if (Items.length === 0) break;
    if (sk === mediaPrefix) await deleteMedia(Items.map((item) => String(item.sk).slice(sk.length)));
    for (let start = 0; start < Items.length; start += batchWriteMax) {
      const requests = Items.slice(start, start + batchWriteMax).map((Key) => ({ DeleteRequest: { Key } }));
      await dynamodb.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }), deadline());
    }
    deleted += Items.length;
  }
  return deleted;
}
