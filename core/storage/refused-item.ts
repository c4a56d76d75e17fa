import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A row as repositories see it. */
export type PlainItem = Readonly<Record<string, unknown>>;

/**
 * The row that a refused condition met, asked for by `ReturnValuesOnConditionCheckFailure: 'ALL_OLD'`; undefined when there was none.
 * `lib-dynamodb` translates answers but not errors, so the error carries the row in DynamoDB's own form.
 *
 * @example if (isConditionFailed(error)) return decide(refusedItem(error));
 */
export function refusedItem(error: Error): PlainItem | undefined {
  const { Item } = error as Error & { readonly Item?: Readonly<Record<string, AttributeValue>> };
  return Item === undefined ? undefined : plainItem(Item);
}

/** A row out of DynamoDB's own form. Sets of numbers and of bytes are not used in our tables and throw. */
export function plainItem(item: Readonly<Record<string, AttributeValue>>): PlainItem {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.B !== undefined) return value.B;
  if (value.M !== undefined) return plainItem(value.M);
  if (value.SS !== undefined) return new Set(value.SS);
  if (value.L !== undefined) return value.L.map(plainValue);
  throw new Error('A row holds an attribute of an unexpected type.');
}
