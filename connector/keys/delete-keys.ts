import { BatchWriteCommand, DeleteCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { tableKeys } from '../../core/storage/table-keys.ts';
import { deadline } from '../storage/deadline.ts';

export interface DeleteKeysOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly tenantId: string;
  readonly sessionId: string;
}

const batchWriteMax = 25;

/**
 * Deletes credentials and all Signal keys of a session, the credentials last: a crash in between leaves a session that still
 * knows it must be forgotten. For confirmed log-outs only; there is no way back but linking again. Resolves to the number of items.
 */
export async function deleteKeys({ dynamodb, tableName, tenantId, sessionId }: DeleteKeysOptions): Promise<number> {
  const { pk, sk: credentials } = tableKeys.credentials(tenantId, sessionId);
  let deleted = 0;
  for (;;) {
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': 'KEY#' },
        ProjectionExpression: 'pk, sk',
        ConsistentRead: true,
        Limit: 500,
      }),
      deadline(),
    );
    if (Items.length === 0) break;
    for (let start = 0; start < Items.length; start += batchWriteMax) {
      const batch = Items.slice(start, start + batchWriteMax);
      const answer = await dynamodb.send(
        new BatchWriteCommand({
          RequestItems: { [tableName]: batch.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })) },
        }),
        deadline(),
      );
      deleted += batch.length - (answer.UnprocessedItems?.[tableName]?.length ?? 0);
    }
  }
  // A batch could leave it undone without an error.
  await dynamodb.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk: credentials } }), deadline());
  return deleted + 1;
}
