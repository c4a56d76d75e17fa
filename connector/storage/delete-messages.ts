import { BatchWriteCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from './deadline.ts';

export interface DeleteMessagesOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly tenantId: string;
  readonly sessionId: string;
  /** Stops after this many; the rest ends with its time to live. Default 50,000. */
  readonly messagesMax?: number;
}

const batchWriteMax = 25;
const messagesPerQuery = 500;

/**
 * Deletes the messages of a session that is gone. Resolves to the number of messages. What DynamoDB leaves unprocessed is found by
 * the next query.
 */
export async function deleteMessages(options: DeleteMessagesOptions): Promise<number> {
  const { dynamodb, tableName, tenantId, sessionId, messagesMax = 50_000 } = options;
  const { pk, sk } = tableKeys.message(tenantId, sessionId, '');
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
    for (let start = 0; start < Items.length; start += batchWriteMax) {
      const requests = Items.slice(start, start + batchWriteMax).map((Key) => ({ DeleteRequest: { Key } }));
      await dynamodb.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }), deadline());
    }
    deleted += Items.length;
  }
  return deleted;
}
