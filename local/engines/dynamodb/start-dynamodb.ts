import { setTimeout as sleep } from 'node:timers/promises';
import { defaultIdentity, type LocalIdentity } from '../identity.ts';
import { type CallDynamodb, createDynamodbCaller } from './call-dynamodb.ts';
import { chooseEngine } from './choose-engine.ts';
import { createTable } from './create-table.ts';
import type { CreatedTable, DynamodbEngine, DynamodbOptions, TableDefinition } from './dynamodb-engine.ts';
import { startDynamodbFront } from './dynamodb-front.ts';
import { knownTable, type TableRegistry } from './table-registry.ts';
import { sweepTable } from './time-to-live-sweeper.ts';

/** A sweep reads whole tables; AWS itself lets expired items stand for days. */
const defaultSweepSeconds = 60;
/** What a sweep by itself takes of the engine's time: at full speed, 100,000 rows left everybody else a seventh of it for half a minute. */
const sweepShare = 0.05;

type Rest = (tookMs: number) => Promise<void>;

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
  const identity: LocalIdentity = {
    accountId: options.accountId ?? defaultIdentity.accountId,
    region: options.region ?? defaultIdentity.region,
  };
  const call = createDynamodbCaller(engine.endpoint);
  const tables: TableRegistry = new Map();
  const front = await startFront(options, engine, identity, tables);
  const now = options.now ?? Date.now;
  const sweep = (rest: Rest) => sweepAll(call, tables, Math.floor(now() / 1_000), rest);
  const sweepExpired = () => sweep(async () => undefined);
  const sweepSeconds = options.sweepSeconds ?? defaultSweepSeconds;
  const stopSweeping = sweepSeconds === 0 ? async () => undefined : repeat(sweepSeconds, sweep, onTrouble);
  return {
    kind: engine.kind,
    endpoint: front?.endpoint ?? engine.endpoint,
    createTable: async (definition: TableDefinition): Promise<CreatedTable> => {
      const { created, streamArn } = await createTable(call, definition);
      tables.set(definition.TableName, knownTable(definition));
      const arn = `arn:aws:dynamodb:${identity.region}:${identity.accountId}:table/${definition.TableName}`;
      return { name: definition.TableName, arn, streamArn, created };
    },
    sweepExpired,
    itemCounts: () => itemCounts(call, tables),
    stop: async () => {
      await stopSweeping();
      await front?.close();
      await engine.stop();
    },
  };
}

/** Without policies to ask there is nothing to stand between caller and engine. */
async function startFront(
  { authorize, port }: DynamodbOptions,
  engine: { readonly endpoint: string; stop(): Promise<void> },
  identity: LocalIdentity,
  tables: TableRegistry,
) {
  if (authorize === undefined) return undefined;
  try {
    return await startDynamodbFront({ port: port ?? 0, engineEndpoint: engine.endpoint, authorize, identity, tables });
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

async function sweepAll(
  call: CallDynamodb,
  tables: TableRegistry,
  nowSeconds: number,
  rest: (tookMs: number) => Promise<void>,
): Promise<number> {
  let deleted = 0;
  for (const table of tables.values()) deleted += await sweepTable(call, table, nowSeconds, rest);
  return deleted;
}

/** Repeats until stopped, one at a time and slowly; the next turn begins `seconds` after the end of the last. */
function repeat(
  seconds: number,
  action: (rest: Rest) => Promise<unknown>,
  onTrouble: (message: string) => void,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal, ref: false });
  const turns = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await wait(seconds * 1_000);
        await action((tookMs) => wait(tookMs / sweepShare));
      } catch (error) {
        // The next turn finds what this one left; a wait that was cut short is the end.
        if (!signal.aborted) onTrouble(`Expired items could not be deleted: ${String(error)}`);
      }
    }
  };
  const running = turns();
  return async () => {
    stopping.abort();
    await running;
  };
}

async function itemCounts(call: CallDynamodb, tables: TableRegistry) {
  return Promise.all(
    [...tables.keys()].map(async (name) => {
      const { Table } = await call('DescribeTable', { TableName: name });
      return { name, items: Number((Table as { ItemCount?: number }).ItemCount ?? 0) };
    }),
  );
}
