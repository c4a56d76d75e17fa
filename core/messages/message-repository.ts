import { PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../storage/condition-failed.ts';
import type { Page } from '../storage/query-page.ts';
import { refusedItem } from '../storage/refused-item.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableIndexes, tableKeys } from '../storage/table-keys.ts';
import type { Message } from './message.ts';
import { isChange } from './message-content.ts';

export interface ChatPlace {
  readonly tenantId: string;
  readonly sessionId: string;
  /** As `chatIdOf` says. */
  readonly chatId: string;
}

export interface MessageRepository {
  find(tenantId: string, sessionId: string, messageId: string): Promise<Message | undefined>;
  /** Shown messages of a chat, newest first; `after` is the `next` of the page before. */
  listByChat(place: ChatPlace, page: { readonly limit: number; readonly after?: string }): Promise<Page<Message>>;
  /** Gives back the row that is there already under this id, and then writes nothing. */
  create(message: Message): Promise<Message | undefined>;
  /** Ends a message that never reached the queue. False when a connector has it already. */
  failQueued(message: Message, failureReason: string, at: string): Promise<boolean>;
}

/** @example await createMessageRepository({ dynamodb, tableName }).find(tenantId, sessionId, '3EB0…') */
export function createMessageRepository(table: Table): MessageRepository {
  return {
    find: (tenantId, sessionId, messageId) =>
      readItem<Message>(table, tableKeys.message(tenantId, sessionId, messageId)),
    listByChat: (place, page) => listByChat(table, place, page),
    create: (message) => create(table, message),
    failQueued: (message, failureReason, at) => failQueued(table, message, failureReason, at),
  };
}

async function create(table: Table, message: Message): Promise<Message | undefined> {
  try {
    await table.dynamodb.send(
      new PutCommand({
        TableName: table.tableName,
        Item: {
          ...tableKeys.message(message.tenantId, message.sessionId, message.messageId),
          ...chatKeys(message),
          ...message,
        },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return undefined;
  } catch (error) {
    const existing = isConditionFailed(error) ? refusedItem(error) : undefined;
    if (existing === undefined) throw error;
    return existing as unknown as Message;
  }
}

/**
 * Keys of the index by chat: only of what a chat shows, so that changes are no part of its history.
 *
 * @example { ...tableKeys.message(…), ...chatKeys(message), ...message }
 */
export function chatKeys(message: Message): { readonly chatPk?: string; readonly chatSk?: string } {
  if (isChange(message.content)) return {};
  const { tenantId, sessionId, chat, createdAt, messageId } = message;
  return tableIndexes.byChat.keys(tenantId, sessionId, chat.id, createdAt, messageId);
}

/** The index is eventually consistent: a message of this very second may be missing. */
async function listByChat(
  { dynamodb, tableName }: Table,
  { tenantId, sessionId, chatId }: ChatPlace,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<Page<Message>> {
  const { chatPk } = tableIndexes.byChat.keys(tenantId, sessionId, chatId, '', '');
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: tableIndexes.byChat.name,
      KeyConditionExpression: after === undefined ? 'chatPk = :chat' : 'chatPk = :chat AND chatSk < :after',
      ExpressionAttributeValues: { ':chat': chatPk, ...(after === undefined ? {} : { ':after': after }) },
      ScanIndexForward: false,
      Limit: limit + 1,
    }),
  );
  const items = Items.slice(0, limit) as (Message & { readonly chatSk: string })[];
  const last = items.at(-1);
  return Items.length > limit && last !== undefined ? { items, next: last.chatSk } : { items };
}

async function failQueued(table: Table, message: Message, failureReason: string, at: string): Promise<boolean> {
  try {
    await table.dynamodb.send(
      new UpdateCommand({
        TableName: table.tableName,
        Key: tableKeys.message(message.tenantId, message.sessionId, message.messageId),
        UpdateExpression: 'SET #status = :failed, failureReason = :reason, updatedAt = :at',
        ConditionExpression: '#status = :queued',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':failed': 'failed', ':queued': 'queued', ':reason': failureReason, ':at': at },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}
