import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../../core/storage/condition-failed.ts';
import { dueBuckets, tableIndexes, tableKeys } from '../../core/storage/table-keys.ts';
import type { Delivery, DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { SendDeliveryTasks } from '../../core/webhooks/delivery-queue.ts';
import { dueKeys } from '../../core/webhooks/move-delivery.ts';

export interface SweepPorts {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `deliveries` table. */
  readonly tableName: string;
  readonly sendTasks: SendDeliveryTasks;
  readonly now: () => number;
  /** False when the function must end; the next sweep goes on. */
  readonly hasTime: () => boolean;
  /** A row that was woken is looked at again after this long, in case its message was lost. */
  readonly lookAgainMs?: number;
}

/** Rows of one page; each costs one write, made side by side. */
const pageRows = 50;
const defaultLookAgainMs = 15 * 60_000;

/** What the due index holds of a delivery. */
type DueRow = Pick<
  Delivery,
  'tenantId' | 'deliveryId' | 'webhookId' | 'scope' | 'sessionId' | 'sequence' | 'isOrdered'
> & {
  readonly dueSk: string;
};

/**
 * Wakes the deliveries that are due: those that wait longer than a queue can delay a message, and those that were forgotten in any state,
 * because a message was lost, a worker died or a task became a dead letter. For each, a task on the queue first, then the row's place in
 * the due index moves on. A crash in between sends a task twice, which the claim makes harmless; the other order could lose one.
 *
 * All go by the slow lane: a wave of late retries never stands before fresh events. Returns how many were woken.
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
    const due = (page.Items ?? []) as DueRow[];
    if (due.length > 0) await wake(ports, due);
    woken += due.length;
    from = page.LastEvaluatedKey;
  } while (from !== undefined && ports.hasTime());
  return woken;
}

async function wake(ports: SweepPorts, due: readonly DueRow[]): Promise<void> {
  await ports.sendTasks(due.map((delivery) => ({ task: toTask(delivery), lane: 'slow' })));
  await Promise.all(due.map((delivery) => moveOn(ports, delivery)));
}

/** Names no try: the index does not know it, and the row itself says whether one is due. */
function toTask({
  tenantId,
  deliveryId,
  webhookId,
  sessionId,
  scope = sessionId,
  sequence,
  isOrdered,
}: DueRow): DeliveryTask {
  return {
    version: 1,
    tenantId,
    deliveryId,
    webhookId,
    scope,
    sessionId,
    sequence,
    ...(isOrdered === true && { isOrdered }),
  };
}

async function moveOn(ports: SweepPorts, { tenantId, deliveryId, dueSk }: DueRow): Promise<void> {
  const sweepAtMs = ports.now() + (ports.lookAgainMs ?? defaultLookAgainMs);
  try {
    await ports.dynamodb.send(
      new UpdateCommand({
        TableName: ports.tableName,
        Key: tableKeys.delivery(tenantId, deliveryId),
        UpdateExpression: 'SET dueSk = :next',
        // Only where the row still stands where it was found: one that has moved on has a place of its own, or none.
        ConditionExpression: 'dueSk = :found',
        ExpressionAttributeValues: { ':next': dueKeys(deliveryId, sweepAtMs).dueSk, ':found': dueSk },
      }),
    );
  } catch (error) {
    // A worker has it already: it took the task that was sent a moment ago.
    if (!isConditionFailed(error)) throw error;
  }
}
