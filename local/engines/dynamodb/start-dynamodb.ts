import { defaultIdentity } from '../identity.ts';
import { createDynamodbCaller } from './call-dynamodb.ts';
import { chooseEngine } from './choose-engine.ts';
import { createTable } from './create-table.ts';
import type { CreatedTable, DynamodbEngine, DynamodbOptions, TableDefinition } from './dynamodb-engine.ts';
import { knownTable, type TableRegistry } from './table-registry.ts';

/**
 * Starts DynamoDB on loopback: in memory, or in files when `dataFolder` is given.
 *
 * @example
 * const dynamodb = await startDynamodb();
 * await dynamodb.createTable({ TableName: 'control', KeySchema: [...], AttributeDefinitions: [...] });
 * const client = new DynamoDBClient({ endpoint: dynamodb.endpoint });
 */
export async function startDynamodb(options: DynamodbOptions = {}): Promise<DynamodbEngine> {
  const onTrouble = options.onTrouble ?? ((message: string) => process.emitWarning(message));
  const engine = await chooseEngine(options, onTrouble);
  const identity = {
    accountId: options.accountId ?? defaultIdentity.accountId,
    region: options.region ?? defaultIdentity.region,
  };
  const call = createDynamodbCaller(engine.endpoint);
  const tables: TableRegistry = new Map();
  return {
    kind: engine.kind,
    endpoint: engine.endpoint,
    createTable: async (definition: TableDefinition): Promise<CreatedTable> => {
      const { created, streamArn } = await createTable(call, definition);
      tables.set(definition.TableName, knownTable(definition));
      const arn = `arn:aws:dynamodb:${identity.region}:${identity.accountId}:table/${definition.TableName}`;
      return { name: definition.TableName, arn, streamArn, created };
    },
    sweepExpired: async () => 0,
    itemCounts: () => itemCounts(call, tables),
    stop: () => engine.stop(),
  };
}

async function itemCounts(call: ReturnType<typeof createDynamodbCaller>, tables: TableRegistry) {
  return Promise.all(
    [...tables.keys()].map(async (name) => {
      const { Table } = await call('DescribeTable', { TableName: name });
      return { name, items: Number((Table as { ItemCount?: number }).ItemCount ?? 0) };
    }),
  );
}
