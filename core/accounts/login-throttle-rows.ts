import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { PlainItem } from '../storage/refused-item.ts';
import type { Table } from '../storage/table.ts';
import { tableKeys, timeToLiveAttribute } from '../storage/table-keys.ts';
import type { TransactItem } from '../storage/transact-item.ts';
import type { ThrottleRules, ThrottleState, TryDecision } from './login-throttle-rules.ts';

export interface ThrottleRow {
  readonly key: { readonly pk: string; readonly sk: string };
  readonly item: PlainItem | undefined;
  readonly state: ThrottleState | undefined;
}

/** The three rows that a try on an account from an address can touch. */
export interface ThrottleRows {
  readonly account: ThrottleRow;
  readonly known: ThrottleRow;
  readonly address: ThrottleRow;
}

/** How long a row outlives its last try. */
const keptSeconds = 30 * 24 * 60 * 60;

export async function readThrottleRows(table: Table, emailHash: string, addressHash: string): Promise<ThrottleRows> {
  const [account, known, address] = await readRows(table, [
    tableKeys.loginAccount(emailHash),
    tableKeys.loginAccountAddress(emailHash, addressHash),
    tableKeys.loginAddress(addressHash),
  ]);
  if (account === undefined || known === undefined || address === undefined) {
    throw new Error('The throttle read fewer rows than it asked for.');
  }
  return { account, known, address };
}

/** The rows of these keys, in their order; one that is not there counts as one without tries. */
export async function readRows(table: Table, keys: readonly ThrottleRow['key'][]): Promise<readonly ThrottleRow[]> {
  const { Responses, UnprocessedKeys } = await table.dynamodb.send(
    new BatchGetCommand({ RequestItems: { [table.tableName]: { Keys: [...keys], ConsistentRead: true } } }),
  );
  // A row that was not read must not count as one without failures.
  if (UnprocessedKeys?.[table.tableName] !== undefined) throw new Error('DynamoDB left rows of the throttle unread.');
  const items: PlainItem[] = Responses?.[table.tableName] ?? [];
  return keys.map((key) => {
    const item = items.find((candidate) => candidate.pk === key.pk && candidate.sk === key.sk);
    return { key, item, state: stateOf(item) };
  });
}

/**
 * The part of a transaction that charges one admitted try. Among the free tries it only adds, so that many at once do not meet; beyond
 * them, or when something was forgiven, it holds only if the row is still as it was read.
 */
export function chargeTry(
  tableName: string,
  charge: {
    readonly row: ThrottleRow;
    readonly rules: ThrottleRules;
    readonly decision: Extract<TryDecision, { kind: 'admit' }>;
  },
): TransactItem {
  const { row, rules, decision } = charge;
  const { next } = decision;
  const isAdding = !decision.isForgiven && next.failures <= rules.freeFailures;
  const values = { ':now': next.lastTryMs, ':expires': Math.ceil(next.lastTryMs / 1_000) + keptSeconds };
  return {
    Update: {
      TableName: tableName,
      Key: row.key,
      ExpressionAttributeNames: { '#expires': timeToLiveAttribute },
      ...(isAdding
        ? {
            UpdateExpression: 'SET lastTryMs = :now, #expires = :expires ADD failures :one',
            ConditionExpression: 'attribute_not_exists(failures) OR failures < :free',
            ExpressionAttributeValues: { ...values, ':one': 1, ':free': rules.freeFailures },
          }
        : {
            UpdateExpression: 'SET lastTryMs = :now, #expires = :expires, failures = :failures',
            ConditionExpression: 'failures = :readFailures AND lastTryMs = :readLastTry',
            ExpressionAttributeValues: {
              ...values,
              ':failures': next.failures,
              ':readFailures': row.state?.failures ?? 0,
              ':readLastTry': row.state?.lastTryMs ?? 0,
            },
          }),
    },
  };
}

function stateOf(item: PlainItem | undefined): ThrottleState | undefined {
  if (typeof item?.failures !== 'number' || typeof item.lastTryMs !== 'number') return undefined;
  return { failures: item.failures, lastTryMs: item.lastTryMs };
}
