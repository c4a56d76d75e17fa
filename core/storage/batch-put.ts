import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteCommand, type BatchWriteCommandInput, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

type WriteRequests = NonNullable<BatchWriteCommandInput['RequestItems']>[string];

/** DynamoDB's limit for one call. */
const itemsPerCallMax = 25;
const roundsMax = 8;
const firstPauseMs = 20;

/**
 * Puts items without conditions, 25 a call, and puts again what DynamoDB left unprocessed. Rejects when something is still left after
 * eight rounds; what was written by then stays, so the caller's work must be repeatable.
 */
export async function batchPut(
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  items: readonly Record<string, unknown>[],
): Promise<void> {
  for (let start = 0; start < items.length; start += itemsPerCallMax) {
    await putChunk(dynamodb, tableName, items.slice(start, start + itemsPerCallMax));
  }
}

async function putChunk(
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  items: readonly Record<string, unknown>[],
): Promise<void> {
  let requests: WriteRequests = items.map((Item) => ({ PutRequest: { Item } }));
  for (let round = 0; round < roundsMax; round++) {
    const answer = await dynamodb.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }));
    requests = answer.UnprocessedItems?.[tableName] ?? [];
    if (requests.length === 0) return;
    await sleep(firstPauseMs * 2 ** round);
  }
  throw new Error(`DynamoDB left ${requests.length} items unprocessed.`);
}
