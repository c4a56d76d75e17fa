import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { batchPut } from '../storage/batch-put.ts';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { dueBuckets, tableIndexes, tableKeys } from '../storage/table-keys.ts';
import type { Delivery, DeliveryAttempt, DeliveryState, DeliveryTask } from './delivery.ts';

/** What a worker finds when it reaches for a delivery. */
export type ClaimResult =
  | { readonly kind: 'claimed'; readonly delivery: Delivery; readonly lease: Lease }
  /** The try that the task asks for was made, or the delivery has ended. */
  | { readonly kind: 'stale' }
  /** Another worker holds the lease. */
  | { readonly kind: 'busy' };

export interface Lease {
  readonly leaseId: string;
  /** Number of the try that the lease is for, counted from 1. */
  readonly attempt: number;
}

/** How a try ends: the next state, whether the try counts, and for `waiting` when to wake. */
export interface DeliveryMove {
  readonly state: Exclude<DeliveryState, 'pending' | 'sending'>;
  readonly isCounted: boolean;
  readonly dueAt?: string;
  /** When the sweep looks at a waiting row. */
  readonly sweepAt?: string;
}

export interface DeliveryRepository {
  /** Rows of an event that nobody has fanned out before: nothing can be overwritten, so batches suffice. */
  insertAll(deliveries: readonly Delivery[]): Promise<void>;
  /**
   * Rows of an event that came before: those that exist may be under way and are left alone. Gives those that nobody has reached for,
   * just inserted or still pending.
   */
  insertMissing(deliveries: readonly Delivery[]): Promise<readonly Delivery[]>;
  /** Moves a row to `sending` and takes the lease. */
  claim(task: DeliveryTask): Promise<ClaimResult>;
  writeAttempt(tenantId: string, attempt: DeliveryAttempt): Promise<void>;
  /** Ends the lease with a move. False when the lease was lost: another worker has the row now. */
  finish(delivery: Delivery, lease: Lease, move: DeliveryMove): Promise<boolean>;
}

export interface DeliveryRepositoryOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `deliveries` table. */
  readonly tableName: string;
  readonly now?: () => number;
  /** Longer than a worker can live after it took the lease, shorter than the queue's visibility timeout. */
  readonly leaseMs?: number;
}

/** The deliver function ends after 30 s at the latest, and its queue shows a message again after 180 s. */
const defaultLeaseMs = 60_000;

/**
 * Delivery rows and their moves; the states are described at `Delivery`.
 *
 * @example const claim = await repository.claim(task);
 */
export function createDeliveryRepository(options: DeliveryRepositoryOptions): DeliveryRepository {
  const context = { ...options, now: options.now ?? Date.now, leaseMs: options.leaseMs ?? defaultLeaseMs };
  return {
    insertAll: (deliveries) => batchPut(options.dynamodb, options.tableName, deliveries.map(toItem)),
    insertMissing: async (deliveries) => {
      const untouched = await Promise.all(deliveries.map((delivery) => insertIfMissing(context, delivery)));
      return deliveries.filter((_, index) => untouched[index]);
    },
    claim: (task) => claim(context, task),
    writeAttempt: async (tenantId, attempt) => {
      const key = tableKeys.attempt(tenantId, attempt.deliveryId, attempt.attempt);
      await options.dynamodb.send(new PutCommand({ TableName: options.tableName, Item: { ...key, ...attempt } }));
    },
    finish: (delivery, lease, move) => finish(context, delivery, { lease, move }),
  };
}

type Context = Required<DeliveryRepositoryOptions>;

function toItem(delivery: Delivery): Record<string, unknown> {
  const { tenantId, webhookId, deliveryId, createdAt } = delivery;
  return {
    ...tableKeys.delivery(tenantId, deliveryId),
    ...tableIndexes.byWebhook.keys(tenantId, webhookId, createdAt, deliveryId),
    ...delivery,
  };
}

/** True when the row was missing or is still pending. */
async function insertIfMissing(context: Context, delivery: Delivery): Promise<boolean> {
  try {
    await context.dynamodb.send(
      new PutCommand({
        TableName: context.tableName,
        Item: toItem(delivery),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return rowInError(error)?.state?.S === 'pending';
  }
}

async function claim(context: Context, task: DeliveryTask): Promise<ClaimResult> {
  const nowMs = context.now();
  const leaseId = randomUUID();
  const isThisTry = task.attempt === undefined ? '' : ' AND attempts = :made';
  try {
    const { Attributes } = await context.dynamodb.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: tableKeys.delivery(task.tenantId, task.deliveryId),
        UpdateExpression:
          'SET #state = :sending, leaseId = :lease, leaseUntilMs = :until, updatedAt = :at REMOVE duePk, dueSk, dueAt',
        ConditionExpression: `(#state IN (:pending, :waiting) OR (#state = :sending AND leaseUntilMs <= :now))${isThisTry}`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':sending': 'sending',
          ':pending': 'pending',
          ':waiting': 'waiting',
          ':lease': leaseId,
          ':until': nowMs + context.leaseMs,
          ':now': nowMs,
          ':at': new Date(nowMs).toISOString(),
          ...(task.attempt !== undefined && { ':made': task.attempt - 1 }),
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    const delivery = Attributes as Delivery;
    return { kind: 'claimed', delivery, lease: { leaseId, attempt: delivery.attempts + 1 } };
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return judgeRefusal(error, task);
  }
}

/** The row as it was when a condition failed. DynamoDB gives it in its own format: the document client leaves errors alone. */
function rowInError(error: Error): { state?: { S?: string }; attempts?: { N?: string } } | undefined {
  return (error as { Item?: { state?: { S?: string }; attempts?: { N?: string } } }).Item;
}

/** Why a claim was refused. */
function judgeRefusal(error: Error, task: DeliveryTask): ClaimResult {
  const row = rowInError(error);
  const isHeld = row?.state?.S === 'sending';
  const isThisTry = task.attempt === undefined || Number(row?.attempts?.N) === task.attempt - 1;
  return { kind: isHeld && isThisTry ? 'busy' : 'stale' };
}

async function finish(
  context: Context,
  delivery: Delivery,
  end: { readonly lease: Lease; readonly move: DeliveryMove },
): Promise<boolean> {
  const { move, lease } = end;
  const due =
    move.sweepAt === undefined
      ? {}
      : tableIndexes.byDue.keys(dueBucketOf(delivery.deliveryId), move.sweepAt, delivery.deliveryId);
  const sets = Object.entries({ ...due, ...(move.dueAt !== undefined && { dueAt: move.dueAt }) });
  try {
    await context.dynamodb.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: tableKeys.delivery(delivery.tenantId, delivery.deliveryId),
        UpdateExpression: `SET #state = :state, attempts = :attempts, updatedAt = :at${sets.map(([name]) => `, ${name} = :${name}`).join('')} REMOVE leaseId, leaseUntilMs`,
        ConditionExpression: 'leaseId = :lease',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':state': move.state,
          ':attempts': move.isCounted ? lease.attempt : lease.attempt - 1,
          ':at': new Date(context.now()).toISOString(),
          ':lease': lease.leaseId,
          ...Object.fromEntries(sets.map(([name, value]) => [`:${name}`, value])),
        },
      }),
    );
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return false;
  }
}

/** Spreads deliveries over the buckets of the due index by the last digits of their hash-made ids. */
export function dueBucketOf(deliveryId: string): number {
  return Number.parseInt(deliveryId.slice(-4), 16) % dueBuckets || 0;
}
