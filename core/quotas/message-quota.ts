import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { tableKeys, timeToLiveAttribute } from '../storage/table-keys.ts';
import { nextUtcDayMs } from '../utc-calendar.ts';
import { messagesResetAt, type QuotaState, quotaCounters } from './quota.ts';

/** Messages that were counted; `refund` takes it back. */
export interface CountedMessages {
  readonly kind: 'counted';
  readonly tenantId: string;
  readonly count: number;
  /** The moment of counting: a refund after midnight goes to the day that paid. */
  readonly atMs: number;
  readonly before: number;
  readonly state: QuotaState;
}

export interface RefusedMessages {
  readonly kind: 'refused';
  readonly state: QuotaState;
}

export interface MessageQuota {
  /**
   * Counts messages to be sent today (UTC), all or none. One conditional update counts and refuses, so that no number of callers
   * passes the limit. An update whose answer was lost is repeated by the SDK and may count twice: the day then ends early by one.
   */
  count(tenantId: string, limit: number, count?: number): Promise<CountedMessages | RefusedMessages>;
  /** Gives back messages that were never queued. At most once for each `count`. */
  refund(counted: CountedMessages): Promise<void>;
  read(tenantId: string, limit: number): Promise<QuotaState>;
}

export interface MessageQuotaOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `control` table. */
  readonly tableName: string;
  readonly now?: () => number;
}

/**
 * The quota of messages per day and account.
 *
 * @example
 * const counted = await quota.count(tenantId, plan.messagesPerDay);
 * if (counted.kind === 'refused') throw quotaExceeded(counted.state);
 */
export function createMessageQuota(options: MessageQuotaOptions): MessageQuota {
  const context = { ...options, now: options.now ?? Date.now };
  return {
    count: (tenantId, limit, count = 1) => countMessages(context, { tenantId, limit, count }),
    refund: (counted) => refundMessages(context, counted),
    read: (tenantId, limit) => readState(context, tenantId, { limit, atMs: context.now() }),
  };
}

type Context = Required<MessageQuotaOptions>;

/** A month after its day: long enough to look into a complaint. */
const keptSeconds = 31 * 24 * 60 * 60;

async function countMessages(
  context: Context,
  { tenantId, limit, count }: { readonly tenantId: string; readonly limit: number; readonly count: number },
): Promise<CountedMessages | RefusedMessages> {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError('At least one message is counted.');
  const atMs = context.now();
  if (count > limit) return { kind: 'refused', state: await readState(context, tenantId, { limit, atMs }) };
  try {
    const { Attributes } = await context.dynamodb.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: counterKey(tenantId, atMs),
        UpdateExpression: 'SET #expires = :expires ADD used :count',
        ConditionExpression: 'attribute_not_exists(used) OR used <= :room',
        ExpressionAttributeNames: { '#expires': timeToLiveAttribute },
        ExpressionAttributeValues: { ':count': count, ':room': limit - count, ':expires': expirySeconds(atMs) },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    const used = usedOf(Attributes);
    return { kind: 'counted', tenantId, count, atMs, before: used - count, state: toState({ limit, used, atMs }) };
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return { kind: 'refused', state: await readState(context, tenantId, { limit, atMs }) };
  }
}

async function readState(
  context: Context,
  tenantId: string,
  { limit, atMs }: { readonly limit: number; readonly atMs: number },
): Promise<QuotaState> {
  const { Item } = await context.dynamodb.send(
    new GetCommand({ TableName: context.tableName, Key: counterKey(tenantId, atMs), ConsistentRead: true }),
  );
  return toState({ limit, used: usedOf(Item), atMs });
}

async function refundMessages(context: Context, { tenantId, count, atMs }: CountedMessages): Promise<void> {
  try {
    await context.dynamodb.send(
      new UpdateCommand({
        TableName: context.tableName,
        Key: counterKey(tenantId, atMs),
        UpdateExpression: 'ADD used :minus',
        ConditionExpression: 'used >= :count',
        ExpressionAttributeValues: { ':minus': -count, ':count': count },
      }),
    );
  } catch (error) {
    // The counter expired, which happens a month after its day: there is nothing to give back any more.
    if (!isConditionFailed(error)) throw error;
  }
}

function counterKey(tenantId: string, atMs: number): { readonly pk: string; readonly sk: string } {
  return tableKeys.quota(tenantId, quotaCounters.messages(atMs));
}

function expirySeconds(atMs: number): number {
  return nextUtcDayMs(atMs) / 1_000 + keptSeconds;
}

function toState(values: { readonly limit: number; readonly used: number; readonly atMs: number }): QuotaState {
  const { limit, used, atMs } = values;
  return { quota: 'messages', limit, used, resetsAt: messagesResetAt(atMs) };
}

function usedOf(row: Readonly<Record<string, unknown>> | undefined): number {
  return typeof row?.used === 'number' ? row.used : 0;
}
