import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../../core/storage/condition-failed.ts';
import { dueBuckets, tableIndexes, tableKeys } from '../../core/storage/table-keys.ts';
import type { Delivery } from '../../core/webhooks/delivery.ts';
import type { SendDeliveryTasks } from '../../core/webhooks/delivery-queue.ts';
import { dueBucketOf } from '../../core/webhooks/delivery-repository.ts';

export interface SweepPorts {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `deliveries` table. */
  readonly tableName: string;
  readonly sendTasks: SendDeliveryTasks;
  readonly now: () => number;
  /** False when the function must end; the next sweep goes on. */
  readonly hasTime: () => boolean;
}

/** Rows of one page; each costs one write, made side by side. */
const pageRows = 50;
/** A row that was woken is looked at again after this long, in case its message was lost. */
const lookAgainMs = 15 * 60_000;

/**
 * Wakes the deliveries that are due: for each, a task on the queue first, then the row's place in the due index moves on. A crash in
 * between sends a task twice, which the claim makes harmless; the other order could lose one. Returns how many were woken.
 *
 * @example const woken = await sweepDue(ports);
 */
export async function sweepDue(ports: SweepPorts): Promise<number> {
  const woken = await Promise.all(Array.from({ length: dueBuckets }, (_, bucket) => sweepBucket(ports, bucket)));
  return woken.reduce((sum, count) => sum + count, 0);
}

async function sweepBucket(ports: SweepPorts, bucket: number): Promise<number> {
  const until = new Date(ports.now()).toISOString();
  let woken = 0;
  let from: Record<string, unknown> | undefined;
  do {
    const page = await ports.dynamodb.send(
      new QueryCommand({
        TableName: ports.tableName,
        IndexName: tableIndexes.byDue.name,
        KeyConditionExpression: 'duePk = :bucket AND dueSk <= :until',
        // `~` sorts after every character of an id, so a row due at this very millisecond is included.
        ExpressionAttributeValues: { ':bucket': `DUE#${bucket}`, ':until': `${until}#~` },
        Limit: pageRows,
        ExclusiveStartKey: from,
      }),
    );
    const due = (page.Items ?? []) as Delivery[];
    if (due.length > 0) await wake(ports, due);
    woken += due.length;
    from = page.LastEvaluatedKey;
  } while (from !== undefined && ports.hasTime());
  return woken;
}

async function wake(ports: SweepPorts, due: readonly Delivery[]): Promise<void> {
  await ports.sendTasks(due.map((delivery) => ({ task: toTask(delivery) })));
  await Promise.all(due.map((delivery) => moveOn(ports, delivery)));
}

function toTask({ tenantId, deliveryId, webhookId, sessionId, sequence, attempts }: Delivery) {
  return { version: 1 as const, tenantId, deliveryId, webhookId, sessionId, sequence, attempt: attempts + 1 };
}

async function moveOn(ports: SweepPorts, delivery: Delivery): Promise<void> {
  const { tenantId, deliveryId } = delivery;
  const sweepAt = new Date(ports.now() + lookAgainMs).toISOString();
  try {
    await ports.dynamodb.send(
      new UpdateCommand({
        TableName: ports.tableName,
        Key: tableKeys.delivery(tenantId, deliveryId),
        UpdateExpression: 'SET dueSk = :dueSk',
        ConditionExpression: '#state = :waiting AND attempts = :attempts',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':dueSk': tableIndexes.byDue.keys(dueBucketOf(deliveryId), sweepAt, deliveryId).dueSk,
          ':waiting': 'waiting',
          ':attempts': delivery.attempts,
        },
      }),
    );
  } catch (error) {
    // A worker has it already: it took the task that was sent a moment ago.
    if (!isConditionFailed(error)) throw error;
  }
}
