import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { tableKeys } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import { type QuotaState, quotaCounters } from './quota.ts';

/**
 * Quotas on things that exist: sessions of an account, webhooks of a session. The counter is exact because it changes in the very
 * transaction that makes or deletes the thing:
 *
 * - making: `[put of the row if it is not there, claimSlot(…)]`. When the claim is the part that was refused, the quota is full.
 * - deleting: `[delete (or mark) of the row if it is still there, releaseSlot(…)]`. The row's own condition makes a second release
 *   impossible, so the release has none: a thing that exists can always be deleted.
 */
export interface Slot {
  readonly tableName: string;
  readonly tenantId: string;
  /** `sessions`, or the webhooks of a scope (a session id, or `*`). */
  readonly quota: 'sessions' | { readonly webhooksOf: string };
}

/**
 * The part of a transaction that takes a place, refused when `limit` are taken.
 *
 * @example const refusal = await runTransaction(dynamodb, [{ Put: session }, claimSlot({ tableName, tenantId, quota: 'sessions' }, 10)]);
 * if (refusal?.index === 1) throw quotaExceeded(slotState(slot, 10, refusal.item));
 */
export function claimSlot(slot: Slot, limit: number): TransactItem {
  // A limit of nought must refuse although the row is not there yet.
  const room = limit > 0 ? 'attribute_not_exists(used) OR used < :limit' : 'used < :limit';
  return {
    Update: {
      TableName: slot.tableName,
      Key: slotKey(slot),
      UpdateExpression: 'ADD used :one',
      ConditionExpression: room,
      ExpressionAttributeValues: { ':one': 1, ':limit': limit },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** The part of a transaction that gives a place back. */
export function releaseSlot(slot: Slot): TransactItem {
  return {
    Update: {
      TableName: slot.tableName,
      Key: slotKey(slot),
      UpdateExpression: 'ADD used :minusOne',
      ExpressionAttributeValues: { ':minusOne': -1 },
    },
  };
}

/** The part of a transaction that forgets the webhooks of a session that is deleted with them. */
export function dropWebhookSlots(tableName: string, tenantId: string, sessionId: string): TransactItem {
  return { Delete: { TableName: tableName, Key: slotKey({ tableName, tenantId, quota: { webhooksOf: sessionId } }) } };
}

/** What a counter row says. */
export function slotState(slot: Slot, limit: number, row: Readonly<Record<string, unknown>> | undefined): QuotaState {
  const used = typeof row?.used === 'number' ? Math.max(0, row.used) : 0;
  return { quota: slot.quota === 'sessions' ? 'sessions' : 'webhooks', limit, used, resetsAt: null };
}

/**
 * Reads a counter. A transaction does not tell what it counted to, so the caller reads before and after it: the span holds its own
 * step, and `quotaEvents` makes one event of however many callers saw the same level passed.
 */
export async function readSlot(dynamodb: DynamoDBDocumentClient, slot: Slot, limit: number): Promise<QuotaState> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: slot.tableName, Key: slotKey(slot), ConsistentRead: true }),
  );
  return slotState(slot, limit, Item);
}

function slotKey({ tenantId, quota }: Slot): { readonly pk: string; readonly sk: string } {
  const counter = quota === 'sessions' ? quotaCounters.sessions() : quotaCounters.webhooks(quota.webhooksOf);
  return tableKeys.quota(tenantId, counter);
}
