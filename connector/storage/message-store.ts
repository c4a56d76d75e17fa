import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Message, MessageStatus } from '../../core/messages/message.ts';
import { statusesBefore } from '../../core/messages/message-status.ts';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline, isRefused } from './deadline.ts';
import type { SessionName } from './session-state.ts';

/** Fields that come with a status. */
export type MessageProgress = Pick<Message, 'updatedAt'> &
  Partial<Pick<Message, 'failureReason' | 'sentAt' | 'deliveredAt' | 'readAt'>>;

/** Message rows of the sessions that this process owns. */
export interface MessageStore {
  find(name: SessionName, messageId: string): Promise<Message | undefined>;
  /** Writes a message that came in; a repeat of the same message changes nothing. */
  putOnce(message: Message): Promise<void>;
  /** Moves an outbound message forward; `undefined` when it is there already or further, or does not exist. */
  advance(
    name: SessionName,
    messageId: string,
    status: MessageStatus,
    progress: MessageProgress,
  ): Promise<Message | undefined>;
}

export interface MessageStoreOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** @example await createMessageStore({ dynamodb, tableName }).advance(name, id, 'sent', { updatedAt, sentAt }) */
export function createMessageStore({ dynamodb, tableName }: MessageStoreOptions): MessageStore {
  const key = ({ tenantId, sessionId }: SessionName, messageId: string) =>
    tableKeys.message(tenantId, sessionId, messageId);
  return {
    find: async (name, messageId) => {
      const input = { TableName: tableName, Key: key(name, messageId), ConsistentRead: true };
      const { Item } = await dynamodb.send(new GetCommand(input), deadline());
      return Item as Message | undefined;
    },
    putOnce: async (message) => {
      try {
        await dynamodb.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...key(message, message.messageId), ...message },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
          deadline(),
        );
      } catch (error) {
        // WhatsApp delivered it a second time.
        if (!isRefused(error)) throw error;
      }
    },
    advance: async (name, messageId, status, progress) => {
      const before = statusesBefore(status);
      const fields = Object.entries(progress).filter(([, value]) => value !== undefined);
      try {
        const { Attributes } = await dynamodb.send(
          new UpdateCommand({
            TableName: tableName,
            Key: key(name, messageId),
            UpdateExpression: `SET ${['#status = :status', ...fields.map(([field]) => `#${field} = :${field}`)].join(', ')}`,
            ConditionExpression: `#direction = :outbound AND #status IN (${before.map((_, n) => `:before${n}`).join(', ')})`,
            ExpressionAttributeNames: {
              '#status': 'status',
              '#direction': 'direction',
              ...Object.fromEntries(fields.map(([field]) => [`#${field}`, field])),
            },
            ExpressionAttributeValues: {
              ':status': status,
              ':outbound': 'outbound',
              ...Object.fromEntries(before.map((each, n) => [`:before${n}`, each])),
              ...Object.fromEntries(fields.map(([field, value]) => [`:${field}`, value])),
            },
            ReturnValues: 'ALL_NEW',
          }),
          deadline(),
        );
        return Attributes as Message | undefined;
      } catch (error) {
        if (isRefused(error)) return undefined;
        throw error;
      }
    },
  };
}
