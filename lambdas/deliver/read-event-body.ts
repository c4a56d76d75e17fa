import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { tableKeys } from '../../core/storage/table-keys.ts';
import type { DeliveryTask } from '../../core/webhooks/delivery.ts';

export type ReadEventBody = (task: DeliveryTask) => Promise<string>;

/** Reads the stored text of an event, the bytes that are signed and sent. Rejects when there is none. */
export function createEventBodyReader(options: {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `deliveries` table. */
  readonly tableName: string;
}): ReadEventBody {
  return async ({ tenantId, sessionId, sequence }) => {
    const { Item } = await options.dynamodb.send(
      new GetCommand({
        TableName: options.tableName,
        Key: tableKeys.event(tenantId, sessionId, sequence),
        ProjectionExpression: 'body',
        // Fan-out wrote it a moment ago.
        ConsistentRead: true,
      }),
    );
    const body: unknown = Item?.body;
    if (typeof body !== 'string') throw new Error('The event of a delivery is not stored.');
    return body;
  };
}
