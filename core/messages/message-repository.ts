import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { refusedItem } from '../storage/refused-item.ts';
import { readItem, type Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { Message } from './message.ts';

export interface MessageRepository {
  find(tenantId: string, sessionId: string, messageId: string): Promise<Message | undefined>;
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
    create: (message) => create(table, message),
    failQueued: (message, failureReason, at) => failQueued(table, message, failureReason, at),
  };
}

async function create(table: Table, message: Message): Promise<Message | undefined> {
  try {
    await table.dynamodb.send(
      new PutCommand({
        TableName: table.tableName,
        Item: { ...tableKeys.message(message.tenantId, message.sessionId, message.messageId), ...message },
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
