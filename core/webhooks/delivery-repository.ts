import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { batchPut } from '../storage/batch-put.ts';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { type PlainItem, refusedItem } from '../storage/refused-item.ts';
import { tableIndexes, tableKeys } from '../storage/table-keys.ts';
import type { Delivery, DeliveryAttempt, DeliveryTask } from './delivery.ts';
import { type EndedState, isEnded } from './delivery-state.ts';
import { dueKeys, moveDelivery } from './move-delivery.ts';

/** What a worker finds when it reaches for a delivery. */
export type ClaimResult =
  | { readonly kind: 'claimed'; readonly delivery: Delivery; readonly lease: Lease }
  /** Another worker holds the lease. */
  | { readonly kind: 'busy' }
  /** The delivery has ended, or its row has expired. */
  | { readonly kind: 'ended' }
  /** The try that the task asks for was made, or its time has not come. */
  | { readonly kind: 'stale' };

export interface Lease {
  readonly leaseId: string;
  /** Number of the try that the lease is for, counted from 1. */
  readonly attempt: number;
}

/** How a held delivery goes on: it ends, or waits. A try that our own side spoilt is not counted as one, but as a fault of ours. */
export type DeliveryEnd = { readonly isCounted: boolean } & (
  | { readonly state: EndedState }
  | ({ readonly state: 'waiting' } & Wake)
);

export interface Wake {
  readonly dueAtMs: number;
  /** When the sweep looks: at `dueAtMs` when nothing else wakes the row, some minutes later when a message should. */
  readonly sweepAtMs: number;
}

type Named = Pick<Delivery, 'tenantId' | 'deliveryId'>;

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
  writeAttempts(attempts: readonly DeliveryAttempt[]): Promise<void>;
  /** Ends the lease with a move. False when the lease was lost: another worker has the row now. */
  finish(delivery: Delivery, lease: Lease, end: DeliveryEnd): Promise<boolean>;
  /** A row that nobody holds waits, with no try made. False when it is held, has ended, or waits for a later moment. */
  defer(task: DeliveryTask, wake: Wake): Promise<boolean>;
  /** A row that nobody holds ends because its webhook is off. False when it is held or has ended. */
  disable(task: Named): Promise<boolean>;
  /** By hand: a delivery that has ended or waits is due at once. Gives it, or undefined when it is under way or gone. */
  requeue(delivery: Named, wake: Wake): Promise<Delivery | undefined>;
}

export interface DeliveryRepositoryOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `deliveries` table. */
  readonly tableName: string;
  readonly now?: () => number;
  /** Longer than a worker can live after it took the lease, shorter than the queue's visibility timeout. */
  readonly leaseMs?: number;
  /** After this long, the sweep puts a row that still has not ended back on the queue. */
  readonly forgottenAfterMs?: number;
}

/** The deliver function ends after 30 s at the latest, and its queue shows a message again after 150 s. */
const defaultLeaseMs = 60_000;
/** Longer than a message needs to be shown five times and land among the dead letters. */
const defaultForgottenAfterMs = 15 * 60_000;
/** The clocks of two hosts differ; a message that comes this much early is not sent away. */
const clockSlackMs = 2_000;

/**
 * Delivery rows and their moves; the states are described in `delivery-state.ts`.
 *
 * @example const claim = await repository.claim(task);
 */
export function createDeliveryRepository(options: DeliveryRepositoryOptions): DeliveryRepository {
  const context = {
    ...options,
    now: options.now ?? Date.now,
    leaseMs: options.leaseMs ?? defaultLeaseMs,
    forgottenAfterMs: options.forgottenAfterMs ?? defaultForgottenAfterMs,
  };
  const toItem = (delivery: Delivery) => itemOf(delivery, context.forgottenAfterMs);
  return {
    insertAll: (deliveries) => batchPut(options.dynamodb, options.tableName, deliveries.map(toItem)),
    insertMissing: async (deliveries) => {
      const untouched = await Promise.all(deliveries.map((delivery) => insertIfMissing(context, toItem(delivery))));
      return deliveries.filter((_, index) => untouched[index]);
    },
    claim: (task) => claim(context, task),
    writeAttempts: (attempts) => batchPut(options.dynamodb, options.tableName, attempts.map(attemptItem)),
    finish: (delivery, lease, end) => finish(context, delivery, { lease, end }),
    defer: (task, wake) => {
      const condition = `(#state = :pending OR dueAt <= :soon) AND ${hasMade(task)}`;
      const values = { ':pending': 'pending', ':soon': soon(context), ...madeValue(task) };
      const move = { to: 'waiting', from: ['pending', 'waiting'], condition, values } as const;
      return isMoved(moveDelivery(atNow(context), task, { ...move, ...waking(wake) }));
    },
    disable: (task) => isMoved(moveDelivery(atNow(context), task, { to: 'disabled', from: ['pending', 'waiting'] })),
    requeue: async (delivery, wake) => {
      const from = ['waiting', 'succeeded', 'exhausted', 'aborted', 'disabled'] as const;
      const { set, sweepAtMs } = waking(wake);
      const move = { to: 'waiting', from, set: { ...set, isManual: true }, sweepAtMs } as const;
      const result = await moveDelivery(atNow(context), delivery, move);
      return result.kind === 'moved' ? result.delivery : undefined;
    },
  };
}

type Context = Required<DeliveryRepositoryOptions>;

function atNow({ dynamodb, tableName, now }: Context) {
  return { dynamodb, tableName, nowMs: now() };
}

function soon({ now }: Context): string {
  return new Date(now() + clockSlackMs).toISOString();
}

async function isMoved(result: ReturnType<typeof moveDelivery>): Promise<boolean> {
  return (await result).kind === 'moved';
}

function waking({ dueAtMs, sweepAtMs }: Wake) {
  return { set: { dueAt: new Date(dueAtMs).toISOString() }, sweepAtMs };
}

/** A task may ask for one try only, and then a row that has made it is not meant. */
function hasMade(task: DeliveryTask): string {
  return task.attempt === undefined ? 'attribute_exists(pk)' : 'attempts = :made';
}

function madeValue(task: DeliveryTask): Record<string, unknown> {
  return task.attempt === undefined ? {} : { ':made': task.attempt - 1 };
}

function itemOf(delivery: Delivery, forgottenAfterMs: number): Record<string, unknown> {
  const { tenantId, webhookId, deliveryId, createdAt } = delivery;
  return {
    ...tableKeys.delivery(tenantId, deliveryId),
    ...tableIndexes.byWebhook.keys(tenantId, webhookId, createdAt, deliveryId),
    ...dueKeys(deliveryId, Date.parse(createdAt) + forgottenAfterMs),
    ...delivery,
  };
}

function attemptItem(attempt: DeliveryAttempt): Record<string, unknown> {
  return {
    ...tableKeys.attempt(attempt.tenantId, attempt.deliveryId, attempt.attempt),
    ...tableIndexes.byEndpoint.keys(attempt),
    ...attempt,
  };
}

/** True when the row was missing or is still pending. */
async function insertIfMissing(context: Context, Item: Record<string, unknown>): Promise<boolean> {
  try {
    await context.dynamodb.send(
      new PutCommand({
        TableName: context.tableName,
        Item,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return refusedItem(error)?.state === 'pending';
  }
}

async function claim(context: Context, task: DeliveryTask): Promise<ClaimResult> {
  const nowMs = context.now();
  const leaseId = randomUUID();
  const result = await moveDelivery(atNow(context), task, {
    to: 'sending',
    condition: `(#state = :pending OR (#state = :waiting AND dueAt <= :soon) OR (#state = :sending AND leaseUntilMs <= :now)) AND ${hasMade(task)}`,
    values: {
      ':pending': 'pending',
      ':waiting': 'waiting',
      ':sending': 'sending',
      ':soon': soon(context),
      ':now': nowMs,
      ...madeValue(task),
    },
    set: { leaseId, leaseUntilMs: nowMs + context.leaseMs },
  });
  if (result.kind === 'refused') return judgeRefusal(result.row, task);
  return { kind: 'claimed', delivery: result.delivery, lease: { leaseId, attempt: result.delivery.attempts + 1 } };
}

/** Why a claim was refused. */
function judgeRefusal(row: PlainItem | undefined, task: DeliveryTask): ClaimResult {
  const { state, attempts } = (row ?? {}) as Partial<Delivery>;
  if (state === undefined || isEnded(state)) return { kind: 'ended' };
  const isThisTry = task.attempt === undefined || attempts === task.attempt - 1;
  return { kind: state === 'sending' && isThisTry ? 'busy' : 'stale' };
}

function finish(
  context: Context,
  delivery: Delivery,
  { lease, end }: { readonly lease: Lease; readonly end: DeliveryEnd },
): Promise<boolean> {
  const wake = end.state === 'waiting' ? waking(end) : undefined;
  const isManual = delivery.isManual === true && end.isCounted;
  const manualAttempts = (delivery.manualAttempts ?? 0) + 1;
  return isMoved(
    moveDelivery(atNow(context), delivery, {
      to: end.state,
      from: ['sending'],
      condition: 'leaseId = :lease',
      values: { ':lease': lease.leaseId },
      set: {
        ...wake?.set,
        ...(end.isCounted ? { attempts: lease.attempt } : { ourFaults: (delivery.ourFaults ?? 0) + 1 }),
        ...(isManual && { manualAttempts }),
      },
      remove: [...(isManual ? (['isManual'] as const) : []), ...(end.isCounted ? (['ourFaults'] as const) : [])],
      ...(wake !== undefined && { sweepAtMs: wake.sweepAtMs }),
    }),
  );
}
