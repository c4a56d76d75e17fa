import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { type PlainItem, refusedItem } from '../storage/refused-item.ts';
import { dueBuckets, tableIndexes, tableKeys } from '../storage/table-keys.ts';
import type { Delivery } from './delivery.ts';
import { type DeliveryState, isEnded, statesBefore } from './delivery-state.ts';

/** One step in the life of a delivery. */
export interface DeliveryMove {
  readonly to: DeliveryState;
  /** What must hold besides the state that the step comes from; DynamoDB's own words, with `values`. */
  readonly condition?: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** States that the step may come from, if not all of those that the machine allows. */
  readonly from?: readonly DeliveryState[];
  readonly set?: Partial<Omit<Delivery, 'state' | 'tenantId' | 'deliveryId'>>;
  readonly remove?: readonly (keyof Delivery)[];
  /** When the sweep looks at the row; an end takes it out of the sweep's sight. */
  readonly sweepAtMs?: number;
}

export type MoveResult =
  | { readonly kind: 'moved'; readonly delivery: Delivery }
  /** The row as it is instead; missing when there is none. */
  | { readonly kind: 'refused'; readonly row: PlainItem | undefined };

/**
 * The one setter of a delivery's state. Throws when the machine in `delivery-state.ts` knows no such step.
 *
 * @example await moveDelivery({ dynamodb, tableName, nowMs }, { tenantId, deliveryId }, { to: 'disabled', from: ['pending'] });
 */
export async function moveDelivery(
  at: { readonly dynamodb: DynamoDBDocumentClient; readonly tableName: string; readonly nowMs: number },
  { tenantId, deliveryId }: { readonly tenantId: string; readonly deliveryId: string },
  move: DeliveryMove,
): Promise<MoveResult> {
  const from = move.from ?? statesBefore(move.to);
  if (!from.every((state) => statesBefore(move.to).includes(state))) {
    throw new Error(`A delivery does not go from ${from.join(' or ')} to ${move.to}.`);
  }
  const isEnd = isEnded(move.to);
  const sets: Record<string, unknown> = { ...move.set, updatedAt: new Date(at.nowMs).toISOString() };
  if (!isEnd && move.sweepAtMs !== undefined) {
    Object.assign(sets, dueKeys(deliveryId, move.sweepAtMs));
  }
  const removes = [
    ...(move.remove ?? []),
    ...(move.to === 'sending' ? [] : ['leaseId', 'leaseUntilMs']),
    ...(isEnd ? ['duePk', 'dueSk', 'dueAt'] : []),
  ];
  const names = Object.keys(sets);
  try {
    const { Attributes } = await at.dynamodb.send(
      new UpdateCommand({
        TableName: at.tableName,
        Key: tableKeys.delivery(tenantId, deliveryId),
        UpdateExpression: `SET #state = :to, ${names.map((name) => `${name} = :set_${name}`).join(', ')}${
          removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''
        }`,
        ConditionExpression: `#state IN (${from.map((_, index) => `:from${index}`).join(', ')})${
          move.condition === undefined ? '' : ` AND (${move.condition})`
        }`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':to': move.to,
          ...Object.fromEntries(names.map((name) => [`:set_${name}`, sets[name]])),
          ...Object.fromEntries(from.map((state, index) => [`:from${index}`, state])),
          ...move.values,
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { kind: 'moved', delivery: Attributes as Delivery };
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return { kind: 'refused', row: refusedItem(error) };
  }
}

/** A row's place in the due index. */
export function dueKeys(deliveryId: string, sweepAtMs: number): { readonly duePk: string; readonly dueSk: string } {
  return tableIndexes.byDue.keys(dueBucketOf(deliveryId), new Date(sweepAtMs).toISOString(), deliveryId);
}

/** Spreads deliveries over the buckets of the due index by the last digits of their hash-made ids. */
export function dueBucketOf(deliveryId: string): number {
  return Number.parseInt(deliveryId.slice(-4), 16) % dueBuckets || 0;
}
