import type { Authorize, Engine } from '../engine.ts';

export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

export interface TableIndex {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}

/**
 * What the engine takes from an `AWS::DynamoDB::Table` or `GlobalTable`, under CloudFormation's names and resolved to plain values. Billing is
 * always on demand; point-in-time recovery, encryption, tags and replicas mean nothing on one machine and are not passed on.
 */
export interface TableDefinition {
  readonly TableName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly TableIndex[] | undefined;
  readonly LocalSecondaryIndexes?: readonly TableIndex[] | undefined;
  readonly StreamSpecification?: { readonly StreamViewType?: string } | undefined;
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled: boolean } | undefined;
  readonly DeletionProtectionEnabled?: boolean | undefined;
}

export interface CreatedTable {
  readonly name: string;
  /** The ARN that policies and functions know. */
  readonly arn: string;
  /** The engine's own ARN of the stream, as its streams API wants it. */
  readonly streamArn: string | undefined;
  /** False when the data folder already held the table. */
  readonly created: boolean;
}

export interface DynamodbEngine extends Engine {
  readonly kind: 'dynoxide' | 'named endpoint' | 'DynamoDB Local';
  /** Makes the table, or compares it with the one in the data folder; throws one sentence when their keys differ. */
  createTable(definition: TableDefinition): Promise<CreatedTable>;
  /** Deletes items whose time-to-live has passed, in all tables made by `createTable`; resolves to how many. */
  sweepExpired(): Promise<number>;
  itemCounts(): Promise<readonly { readonly name: string; readonly items: number }[]>;
}

export interface DynamodbOptions {
  /** Where the data lives; without it, in memory. */
  readonly dataFolder?: string | undefined;
  /** Port of the endpoint; any free one by default. */
  readonly port?: number | undefined;
  /** Decides every call; without it the endpoint is the engine's own and calls take no detour. */
  readonly authorize?: Authorize | undefined;
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
  /** Default: `process.env`. Read for `WHARF_DYNAMODB_ENDPOINT` and the opt-in to DynamoDB Local. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Seconds between sweeps of expired items; 0 leaves sweeping to the caller. Default 60. */
  readonly sweepSeconds?: number | undefined;
  /** Milliseconds since the epoch, for expiry. */
  readonly now?: (() => number) | undefined;
  /** Hears that the engine ended by itself, or that a sweep failed. Default: `process.emitWarning`. */
  readonly onTrouble?: ((message: string) => void) | undefined;
}
