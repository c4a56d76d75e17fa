import { DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { batchPut } from '../storage/batch-put.ts';
import type { Table } from '../storage/table.ts';
import { tableKeys } from '../storage/table-keys.ts';
import type { Delivery } from './delivery.ts';

/** Where a session's deliveries to one ordered webhook stand in line. */
export type TurnPlace = Pick<Delivery, 'tenantId' | 'webhookId' | 'sessionId'>;

export interface Turn {
  readonly deliveryId: string;
  readonly sequence: number;
}

/**
 * The line at an ordered webhook: one row for each delivery of a session that has not ended, in the order of `sequence`. Only the first
 * may be sent. Fan-out writes a row before it sends the task, and rows of one session are written in their order, because the events
 * queue keeps it; deliver removes a row when its delivery has ended, whichever way, and goes on with the next. So a delivery that waits
 * holds those behind it, and one that is exhausted lets them pass.
 */
export interface TurnRepository {
  enqueue(deliveries: readonly Delivery[]): Promise<void>;
  first(place: TurnPlace): Promise<Turn | undefined>;
  remove(place: TurnPlace, sequence: number): Promise<void>;
}

/** @example const turn = await createTurnRepository({ dynamodb, tableName }).first(delivery); */
export function createTurnRepository({ dynamodb, tableName }: Table): TurnRepository {
  return {
    enqueue: (deliveries) => batchPut(dynamodb, tableName, deliveries.map(turnItem)),
    first: async ({ tenantId, webhookId, sessionId }) => {
      const { Items } = await dynamodb.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': tableKeys.turn(tenantId, webhookId, sessionId, 0).pk },
          ConsistentRead: true,
          Limit: 1,
        }),
      );
      return Items?.[0] as Turn | undefined;
    },
    remove: async ({ tenantId, webhookId, sessionId }, sequence) => {
      const Key = tableKeys.turn(tenantId, webhookId, sessionId, sequence);
      await dynamodb.send(new DeleteCommand({ TableName: tableName, Key }));
    },
  };
}

function turnItem(delivery: Delivery): Record<string, unknown> {
  const { tenantId, webhookId, sessionId, sequence, deliveryId, expiresAtSeconds } = delivery;
  return { ...tableKeys.turn(tenantId, webhookId, sessionId, sequence), deliveryId, sequence, expiresAtSeconds };
}
