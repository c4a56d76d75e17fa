import { type CallDynamodb, DynamodbCallError } from './call-dynamodb.ts';
import type { TableDefinition, TableIndex } from './dynamodb-engine.ts';

interface ExistingTable {
  readonly KeySchema: TableDefinition['KeySchema'];
  readonly AttributeDefinitions: TableDefinition['AttributeDefinitions'];
  readonly GlobalSecondaryIndexes?: readonly (TableIndex & { readonly IndexStatus?: string })[];
  readonly LocalSecondaryIndexes?: readonly TableIndex[];
  readonly LatestStreamArn?: string;
}

/**
 * Makes a table as its definition says. A table that the data folder already holds is compared: indexes are added and removed as
 * CloudFormation would do, but keys that differ throw, because the data could only be lost.
 */
export async function createTable(
  call: CallDynamodb,
  definition: TableDefinition,
): Promise<{ readonly created: boolean; readonly streamArn: string | undefined }> {
  const existing = await describeTable(call, definition.TableName);
  if (existing === undefined) await call('CreateTable', creation(definition));
  else await adaptTable(call, definition, existing);
  await setTimeToLive(call, definition);
  const table = existing ?? (await describeTable(call, definition.TableName));
  return { created: existing === undefined, streamArn: table?.LatestStreamArn };
}

async function describeTable(call: CallDynamodb, name: string): Promise<ExistingTable | undefined> {
  try {
    return (await call('DescribeTable', { TableName: name })).Table as ExistingTable;
  } catch (error) {
    if (error instanceof DynamodbCallError && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

function creation(definition: TableDefinition): object {
  return {
    TableName: definition.TableName,
    KeySchema: definition.KeySchema,
    AttributeDefinitions: definition.AttributeDefinitions,
    BillingMode: 'PAY_PER_REQUEST',
    ...someOf('GlobalSecondaryIndexes', definition.GlobalSecondaryIndexes),
    ...someOf('LocalSecondaryIndexes', definition.LocalSecondaryIndexes),
    ...(definition.StreamSpecification?.StreamViewType === undefined
      ? {}
      : { StreamSpecification: { StreamEnabled: true, ...definition.StreamSpecification } }),
    ...(definition.DeletionProtectionEnabled ? { DeletionProtectionEnabled: true } : {}),
  };
}

/** An empty list of indexes is refused by DynamoDB, a missing one is not. */
function someOf(property: string, indexes: readonly TableIndex[] | undefined): object {
  return indexes?.length ? { [property]: indexes.map(indexCreation) } : {};
}

function indexCreation({ IndexName, KeySchema, Projection }: TableIndex): TableIndex {
  return { IndexName, KeySchema, Projection };
}

async function adaptTable(call: CallDynamodb, definition: TableDefinition, existing: ExistingTable): Promise<void> {
  requireSameKeys(definition.TableName, 'its keys', keyText(definition, definition), keyText(existing, existing));
  const wanted = new Map((definition.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  const present = new Map((existing.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  for (const [name, index] of wanted) {
    const old = present.get(name);
    if (old === undefined) {
      await updateIndexes(call, definition, { Create: indexCreation(index) });
    } else {
      requireSameKeys(definition.TableName, `index ${name}`, keyText(index, definition), keyText(old, existing));
    }
  }
  for (const name of present.keys()) {
    if (!wanted.has(name)) await updateIndexes(call, definition, { Delete: { IndexName: name } });
  }
}

async function updateIndexes(call: CallDynamodb, definition: TableDefinition, update: object): Promise<void> {
  await call('UpdateTable', {
    TableName: definition.TableName,
    AttributeDefinitions: definition.AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [update],
  });
}

function requireSameKeys(table: string, what: string, wanted: string, present: string): void {
  if (wanted === present) return;
  throw new Error(
    `The data folder holds table ${table} with another shape: ${what} should be ${wanted} but is ${present}. Start with --fresh to begin with empty tables.`,
  );
}

/** For example `pk (S, HASH), sk (S, RANGE)`. */
function keyText(
  schema: Pick<TableDefinition, 'KeySchema'>,
  types: Pick<TableDefinition, 'AttributeDefinitions'>,
): string {
  const typeOf = (name: string) => types.AttributeDefinitions.find((a) => a.AttributeName === name)?.AttributeType;
  return schema.KeySchema.map((key) => `${key.AttributeName} (${typeOf(key.AttributeName)}, ${key.KeyType})`).join(
    ', ',
  );
}

async function setTimeToLive(call: CallDynamodb, definition: TableDefinition): Promise<void> {
  const wanted = definition.TimeToLiveSpecification;
  if (wanted?.AttributeName === undefined || !wanted.Enabled) return;
  const { TimeToLiveDescription } = await call('DescribeTimeToLive', { TableName: definition.TableName });
  const present = TimeToLiveDescription as { TimeToLiveStatus?: string; AttributeName?: string } | undefined;
  if (present?.TimeToLiveStatus === 'ENABLED' && present.AttributeName === wanted.AttributeName) return;
  await call('UpdateTimeToLive', {
    TableName: definition.TableName,
    TimeToLiveSpecification: { Enabled: true, AttributeName: wanted.AttributeName },
  });
}
