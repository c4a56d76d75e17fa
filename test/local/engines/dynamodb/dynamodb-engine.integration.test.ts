import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DynamodbEngine, startDynamodb, type TableDefinition } from '../../../../local/engines/dynamodb/index.ts';

const table: TableDefinition = {
  TableName: 'things',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: ['pk', 'sk', 'owner'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byOwner',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  TimeToLiveSpecification: { AttributeName: 'ends', Enabled: true },
};
const withoutIndex: TableDefinition = {
  ...table,
  AttributeDefinitions: table.AttributeDefinitions.slice(0, 2),
  GlobalSecondaryIndexes: undefined,
};

describe('the DynamoDB engine', () => {
  let folder: string;
  const running: { stop(): unknown }[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-test-dynamodb-'));
  });
  afterEach(async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (options: Parameters<typeof startDynamodb>[0] = {}): Promise<DynamodbEngine> => {
    const engine = await startDynamodb({ sweepSeconds: 0, ...options });
    running.push(engine);
    return engine;
  };
  const clientFor = (engine: { readonly endpoint: string }, accessKeyId = 'owner') => {
    const client = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey: 'x' },
      maxAttempts: 1,
    });
    running.push({ stop: () => client.destroy() });
    return client;
  };
  const put = (client: DynamoDBClient, pk: string, more: Record<string, { N: string } | { S: string }> = {}) =>
    client.send(new PutItemCommand({ TableName: 'things', Item: { pk: { S: pk }, sk: { S: 'S' }, ...more } }));
  const has = async (client: DynamoDBClient, pk: string) =>
    (await client.send(new GetItemCommand({ TableName: 'things', Key: { pk: { S: pk }, sk: { S: 'S' } } }))).Item !==
    undefined;

  it('keeps tables and items in the data folder, and adds an index that is new', async () => {
    const first = await start({ dataFolder: folder });
    expect(await first.createTable(withoutIndex)).toMatchObject({
      arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/things',
      created: true,
    });
    await put(clientFor(first), 'kept');
    await first.stop();
    const second = await start({ dataFolder: folder });
    expect(await second.createTable(table)).toMatchObject({ created: false });
    expect(await has(clientFor(second), 'kept')).toBe(true);
    expect(await second.itemCounts()).toEqual([{ name: 'things', items: 1 }]);
    await second.createTable(withoutIndex);
  });

  it('says in one sentence that the keys of a table differ', async () => {
    const engine = await start();
    await engine.createTable(table);
    const other = {
      ...withoutIndex,
      KeySchema: table.KeySchema.slice(0, 1),
      AttributeDefinitions: table.AttributeDefinitions.slice(0, 1),
    };
    await expect(engine.createTable(other)).rejects.toThrow(
      'The data folder holds table things with another shape: its keys should be pk (S, HASH) but is pk (S, HASH), sk (S, RANGE). Start with --fresh to begin with empty tables.',
    );
  });

  it('sweeps what has expired, and nothing else', async () => {
    const engine = await start({ now: () => 2_000_000_000_000 });
    await engine.createTable(table);
    const client = clientFor(engine);
    await put(client, 'expired', { ends: { N: '1999999999' } });
    await put(client, 'due now', { ends: { N: '2000000000' } });
    await put(client, 'later', { ends: { N: '2000000001' } });
    await put(client, 'text', { ends: { S: '1' } });
    await put(client, 'five years ago', { ends: { N: '1800000000' } });
    await put(client, 'never');
    expect(await engine.sweepExpired()).toBe(2);
    const left = ['expired', 'due now', 'later', 'text', 'five years ago', 'never'];
    expect(await Promise.all(left.map((pk) => has(client, pk)))).toEqual([false, false, true, true, true, true]);
    expect(await engine.sweepExpired()).toBe(0);
  });

  it('sweeps by itself', async () => {
    const engine = await start({ sweepSeconds: 0.05 });
    await engine.createTable(table);
    const client = clientFor(engine);
    await put(client, 'expired', { ends: { N: String(Math.floor(Date.now() / 1_000) - 1) } });
    await vi.waitFor(async () => expect(await has(client, 'expired')).toBe(false), { timeout: 60_000 });
  });

  it('uses the endpoint that the user names', async () => {
    const real = await start();
    const engine = await start({ environment: { WHARF_DYNAMODB_ENDPOINT: `${real.endpoint}/` } });
    expect(engine).toMatchObject({ kind: 'named endpoint', endpoint: real.endpoint });
  });

  it('names port, and what is wrong with a data folder', async () => {
    const engine = await start();
    const port = Number(new URL(engine.endpoint).port);
    await expect(startDynamodb({ port })).rejects.toThrow(
      `The DynamoDB engine cannot listen on 127.0.0.1:${port}: the port is in use.`,
    );
    writeFileSync(
      join(folder, 'dynamodb.sqlite'),
      'this is no database, but long enough to be looked at as one'.repeat(20),
    );
    await expect(startDynamodb({ dataFolder: folder })).rejects.toThrow(
      /The DynamoDB engine did not start: .*not a valid SQLite/,
    );
  });

  it('does not outlive a runner that was killed', async () => {
    const runner = spawn(process.execPath, [fileURLToPath(new URL('kill-child.ts', import.meta.url)), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(runner.stdout, 'data')) as [Buffer];
    const { endpoint } = JSON.parse(line.toString()) as { endpoint: string };
    const pid = Number(readFileSync(join(folder, 'dynamodb.pid'), 'utf8'));
    expect((await fetch(endpoint)).status).toBe(200);
    runner.kill('SIGKILL');
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(/ESRCH/), { timeout: 60_000 });
  });

  it('ends an engine that an earlier run left on the same data', async () => {
    const ended = vi.fn();
    const left = await start({ dataFolder: folder, onTrouble: ended });
    const pid = Number(readFileSync(join(folder, 'dynamodb.pid'), 'utf8'));
    const trouble = vi.fn();
    const second = await start({ dataFolder: folder, onTrouble: trouble });
    // It has ended; its process id is free when the shell that started it has noticed.
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(/ESRCH/), { timeout: 60_000 });
    expect((await fetch(second.endpoint)).status).toBe(200);
    await expect(fetch(left.endpoint)).rejects.toThrow();
    await vi.waitFor(() => expect(ended).toHaveBeenCalledWith(expect.stringContaining('ended by itself')), {
      timeout: 60_000,
    });
    expect(trouble).not.toHaveBeenCalled();
  });
});
