import type { KnownTable } from './table-registry.ts';

type Input = Readonly<Record<string, unknown>>;

/** The partition key's value in a key or an item, as text; `undefined` when the table is unknown or the value is not there. */
export function leadingKey(keyOrItem: unknown, table: KnownTable | undefined): string | undefined {
  if (table === undefined || typeof keyOrItem !== 'object' || keyOrItem === null) return undefined;
  return plainValue((keyOrItem as Input)[table.partitionKey]);
}

/**
 * The partition key's value that a query asks for: from `KeyConditions`, or from the equality in `KeyConditionExpression` whose left side is the
 * partition key. The expression's grammar allows it nowhere but as `name = :value`, names through `#aliases` included.
 */
export function leadingKeyOfQuery(input: Input, table: KnownTable | undefined, index?: string): string | undefined {
  if (table === undefined) return undefined;
  const keyName = index === undefined ? table.partitionKey : table.indexPartitionKeys.get(index);
  if (keyName === undefined) return undefined;
  const legacy = (input.KeyConditions as Record<string, { AttributeValueList?: unknown[] }> | undefined)?.[keyName];
  if (legacy !== undefined) return plainValue(legacy.AttributeValueList?.[0]);
  const names = (input.ExpressionAttributeNames ?? {}) as Record<string, string>;
  const values = (input.ExpressionAttributeValues ?? {}) as Input;
  for (const [, name = '', value = ''] of String(input.KeyConditionExpression ?? '').matchAll(equality)) {
    if ((names[name] ?? name) === keyName) return plainValue(values[value]);
  }
  return undefined;
}

const equality = /([#\w.-]+)\s*=\s*(:\w+)/g;

function plainValue(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [inner] = Object.values(value);
  return typeof inner === 'string' ? inner : undefined;
}
