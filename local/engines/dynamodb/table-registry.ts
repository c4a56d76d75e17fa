import type { TableDefinition } from './dynamodb-engine.ts';

/** What the front and the sweeper must know of a table. */
export interface KnownTable {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string | undefined;
  /** Partition key by index name. */
  readonly indexPartitionKeys: ReadonlyMap<string, string>;
  readonly timeToLiveAttribute: string | undefined;
}

/** Tables by name, filled by `createTable`. */
export type TableRegistry = Map<string, KnownTable>;

/** The facts of one table, read from its definition. Throws when a key schema has no partition key. */
export function knownTable(definition: TableDefinition): KnownTable {
  const indexes = [...(definition.GlobalSecondaryIndexes ?? []), ...(definition.LocalSecondaryIndexes ?? [])];
  const timeToLive = definition.TimeToLiveSpecification;
  return {
    name: definition.TableName,
    partitionKey: keyOfType(definition, 'HASH') ?? '',
    sortKey: keyOfType(definition, 'RANGE'),
    indexPartitionKeys: new Map(indexes.map((index) => [index.IndexName, keyOfType(index, 'HASH') ?? ''])),
    timeToLiveAttribute: timeToLive?.Enabled ? timeToLive.AttributeName : undefined,
  };
}

function keyOfType(schema: Pick<TableDefinition, 'KeySchema'>, type: 'HASH' | 'RANGE'): string | undefined {
  return schema.KeySchema.find((element) => element.KeyType === type)?.AttributeName;
}
