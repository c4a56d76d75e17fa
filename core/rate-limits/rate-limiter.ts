import { type DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { BoundedCache } from '../cache/bounded-cache.ts';
import { isConditionFailed } from '../storage/condition-failed.ts';
import { type PlainItem, refusedItem } from '../storage/refused-item.ts';
import { tableKeys, timeToLiveAttribute } from '../storage/table-keys.ts';
import {
  admittedDecision,
  type BucketDecision,
  type BucketPolicy,
  latestFullAtUs,
  refusedDecision,
  tokenUs,
} from './bucket.ts';

export interface RateRequest {
  readonly tenantId: string;
  /** One of `rateSubjects`. */
  readonly subject: string;
  readonly policy: BucketPolicy;
  /** Default 1. */
  readonly tokens?: number;
}

/** Takes tokens, or says how long to wait. A bucket that could not be reached rejects; the caller decides what that means. */
export type TakeTokens = (request: RateRequest) => Promise<BucketDecision>;

export interface RateLimiterOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  /** The `control` table. */
  readonly tableName: string;
  readonly now?: () => number;
}

/** Buckets whose last state one process remembers. */
const rememberedMax = 10_000;
/** A full bucket needs another update than one that is filling; between the two guesses only another caller's write can come. */
const roundsMax = 4;
/** A row nobody uses goes after a day. */
const keptSeconds = 24 * 60 * 60;

/**
 * Token buckets in DynamoDB, one conditional update a request: what is admitted was taken from the row first, so that any number of
 * callers together never take more than the bucket has. Clocks that differ by `d` seconds let through what grows in `d`.
 *
 * No tokens are taken ahead into the process. A Lambda environment serves one request at a time and lives a few minutes; tokens that
 * it hoards are lost to the others, which at 120 a minute and ten environments would refuse honest callers long before the limit.
 * What is saved instead: a process that has seen a bucket empty refuses from memory, so that a caller who ignores
 * 429 costs no writes.
 *
 * @example
 * const take = createRateLimiter({ dynamodb, tableName });
 * const decision = await take({ tenantId, subject: rateSubjects.accountKey(keyId), policy: requestPolicy(plan) });
 */
export function createRateLimiter(options: RateLimiterOptions): TakeTokens {
  const now = options.now ?? Date.now;
  const remembered = new BoundedCache<string, number>({ entriesMax: rememberedMax });
  return async (request) => {
    const { policy, tokens = 1 } = request;
    if (tokens < 1 || tokens > policy.quota) throw new RangeError('A bucket never holds so many tokens.');
    const name = `${request.tenantId}/${request.subject}`;
    const nowUs = Math.round(now() * 1_000);
    let fullAtUs = remembered.get(name) ?? 0;
    for (let round = 0; round < roundsMax; round++) {
      if (fullAtUs > latestFullAtUs(policy, tokens, nowUs)) break;
      const taken = await tryTake(options, { ...request, tokens, nowUs, isFilling: fullAtUs > nowUs });
      fullAtUs = taken.fullAtUs;
      remembered.set(name, fullAtUs);
      if (taken.admitted) return admittedDecision(policy, fullAtUs, nowUs);
    }
    return refusedDecision(policy, { fullAtUs, tokens, nowUs });
  };
}

interface Attempt extends Required<RateRequest> {
  readonly nowUs: number;
  readonly isFilling: boolean;
}

async function tryTake(
  options: RateLimiterOptions,
  attempt: Attempt,
): Promise<{ readonly admitted: boolean; readonly fullAtUs: number }> {
  try {
    const { Attributes } = await options.dynamodb.send(new UpdateCommand(takeUpdate(options.tableName, attempt)));
    return { admitted: true, fullAtUs: fullAtOf(Attributes) };
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return { admitted: false, fullAtUs: fullAtOf(refusedItem(error)) };
  }
}

function takeUpdate(tableName: string, attempt: Attempt): UpdateCommandInput {
  const { policy, tokens, nowUs, isFilling } = attempt;
  const costUs = tokens * tokenUs(policy);
  return {
    TableName: tableName,
    Key: tableKeys.rateBucket(attempt.tenantId, attempt.subject),
    UpdateExpression: `SET fullAtUs = ${isFilling ? 'fullAtUs' : ':now'} + :cost, #expires = :expires`,
    ConditionExpression: isFilling
      ? 'fullAtUs > :now AND fullAtUs <= :latest'
      : 'attribute_not_exists(fullAtUs) OR fullAtUs <= :now',
    ExpressionAttributeNames: { '#expires': timeToLiveAttribute },
    ExpressionAttributeValues: {
      ':now': nowUs,
      ':cost': costUs,
      ':expires': Math.floor(nowUs / 1_000_000) + policy.windowSeconds + keptSeconds,
      ...(isFilling && { ':latest': latestFullAtUs(policy, tokens, nowUs) }),
    },
    ReturnValues: 'UPDATED_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

function fullAtOf(row: PlainItem | undefined): number {
  return typeof row?.fullAtUs === 'number' ? row.fullAtUs : 0;
}
