import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteKeys } from '../../../connector/keys/delete-keys.ts';
import { openVault } from '../../../connector/keys/open-vault.ts';
import { testSealer } from '../support/test-sealer.ts';
import { startTestTables, type TestTables } from '../support/test-tables.ts';

let tables: TestTables;
let sessions = 0;

beforeAll(async () => {
  tables = await startTestTables();
});
afterAll(() => tables.stop());

function session() {
  sessions += 1;
  const place = {
    dynamodb: tables.dynamodb,
    tableName: tables.names.keys,
    tenantId: 'usr_1',
    sessionId: `ses_${sessions}`,
  };
  return {
    open: (epoch: number) => openVault({ ...place, sealer: testSealer, epoch }),
    forget: () => deleteKeys(place),
    items: async () => {
      const { Items = [] } = await tables.dynamodb.send(
        new QueryCommand({
          TableName: place.tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': `TENANT#usr_1#SESSION#${place.sessionId}` },
        }),
      );
      return Items;
    },
  };
}

describe('vault', () => {
  it('gives back what was stored, bytes as buffers, from the cache and from the table', async () => {
    const { open } = session();
    const vault = await open(1);
    const record = { version: 'v1', _sessions: { a: { key: Buffer.from('key'), list: [1, 'x', null] } } };
    await vault.set({ session: { '1.0': record }, 'identity-key': { '1.0': Buffer.from([5, 1, 2]) } });
    expect(await vault.get('session', ['1.0', 'absent'])).toEqual({ '1.0': record });
    const again = await open(1);
    expect(await again.get('session', ['1.0'])).toEqual({ '1.0': record });
    expect(await again.get('identity-key', ['1.0'])).toEqual({ '1.0': Buffer.from([5, 1, 2]) });
  });

  it('hands out fresh objects, so that a caller cannot change what is remembered', async () => {
    const vault = await session().open(1);
    await vault.set({ 'device-list': { '1': ['0'] } });
    const { '1': list } = (await vault.get('device-list', ['1'])) as { '1': string[] };
    list.push('9');
    expect(await vault.get('device-list', ['1'])).toEqual({ '1': ['0'] });
  });

  it('stores nothing readable', async () => {
    const { open, items } = session();
    const vault = await open(1);
    await vault.saveCredentials({ advSecretKey: 'plain-secret' });
    await vault.set({ session: { '1.0': { secret: 'plain-secret' } } });
    const raw = (await items()).map((item) => Buffer.from(item.value as Uint8Array).toString('latin1')).join();
    expect(raw.length).toBeGreaterThan(40);
    expect(raw).not.toContain('plain-secret');
  });

  it('refuses an owner whose epoch is older', async () => {
    const { open } = session();
    await open(5);
    await expect(open(4)).rejects.toMatchObject({ name: 'KeyVaultError', fenced: true });
  });

  it('refuses every kind of write of a stale owner after the new one wrote, and stays refused', async () => {
    const { open } = session();
    const stale = await open(1);
    await stale.set({ session: { a: 1, b: 1 } });
    await stale.get('sender-key', ['unread']);
    const fresh = await open(2);
    await fresh.get('session', ['a', 'b']);
    await fresh.set({ session: { a: 2 } });
    await fresh.set({ 'sender-key': { unread: 'new', never: 'new' } });

    const failures: unknown[] = [];
    stale.onFailure((failure) => failures.push(failure));
    await expect(stale.set({ session: { a: 9 } })).rejects.toMatchObject({ fenced: true });
    await expect(stale.get('session', ['b'])).rejects.toMatchObject({ fenced: true });
    expect(failures).toHaveLength(1);
    await new Promise<void>((resolve) => stale.onFailure(() => resolve()));
    expect(await (await open(2)).get('session', ['a'])).toEqual({ a: 2 });

    const staleAgain = async (changes: Record<string, Record<string, unknown>>) => {
      const old = await open(2);
      await old.get('session', ['a', 'b']);
      const newer = await open(2);
      await newer.set({ session: { a: 3, b: 3 }, 'sender-key': { never: 'newer' } });
      await expect(old.set(changes)).rejects.toMatchObject({ fenced: true });
      expect(await newer.get('session', ['a', 'b'])).toEqual({ a: 3, b: 3 });
    };
    await staleAgain({ session: { a: null } });
    await staleAgain({ session: { a: 9 }, 'identity-key': { a: 9 } });
    await staleAgain({ 'sender-key': { never: 9 } });
  });

  it('lets the new owner notice that a stale one wrote after it had read', async () => {
    const { open } = session();
    const stale = await open(1);
    await stale.set({ session: { a: 1 } });
    const fresh = await open(2);
    await fresh.get('session', ['a']);
    await stale.set({ session: { a: 2 } });
    await expect(fresh.set({ session: { a: 3 } })).rejects.toMatchObject({ fenced: true });
  });

  it('refuses credentials of a stale owner', async () => {
    const { open } = session();
    const stale = await open(1);
    await stale.saveCredentials({ n: 1 });
    const fresh = await open(2);
    await expect(stale.saveCredentials({ n: 2 })).rejects.toMatchObject({ fenced: true });
    expect((await open(2)).credentials).toEqual({ n: 1 });
    expect(fresh.failure).toBeUndefined();
  });

  it('writes session, identity and used pre-key together or not at all', async () => {
    const { open } = session();
    const first = await open(1);
    await first.set({ session: { a: 1 }, 'pre-key': { 7: 'p' } });
    const stale = await open(1);
    await stale.get('session', ['a']);
    await stale.get('pre-key', ['7']);
    const fresh = await open(1);
    await fresh.get('pre-key', ['7']);
    await fresh.set({ 'pre-key': { 7: null } });
    await expect(
      stale.set({ session: { a: 2 }, 'identity-key': { a: 'i' }, 'pre-key': { 7: null } }),
    ).rejects.toMatchObject({ fenced: true });
    const seen = await open(1);
    expect(await seen.get('session', ['a'])).toEqual({ a: 1 });
    expect(await seen.get('identity-key', ['a'])).toEqual({});
  });

  it('stores the credentials along with new pre-keys, hundreds of them at once', async () => {
    const { open, items } = session();
    const vault = await open(1);
    const credentials = { nextPreKeyId: 1 };
    await vault.saveCredentials(credentials);
    credentials.nextPreKeyId = 813;
    await vault.set({ 'pre-key': Object.fromEntries(Array.from({ length: 812 }, (_, id) => [id + 1, { id }])) });
    const again = await open(1);
    expect(again.credentials).toEqual({ nextPreKeyId: 813 });
    expect(await items()).toHaveLength(813);
    expect(await again.get('pre-key', ['1', '812'])).toEqual({ 1: { id: 0 }, 812: { id: 811 } });
  });

  it('stores the sessions of a large group, and refuses them to a stale owner', async () => {
    const { open, items } = session();
    const ids = Array.from({ length: 150 }, (_, index) => `${index}_1.0`);
    const members = (value: string) => Object.fromEntries(ids.map((id) => [id, value]));
    const large = (value: string) => ({
      session: members(value),
      'lid-mapping': members(value),
      'sender-key-memory': { group: value },
    });
    const stale = await open(1);
    await stale.set(large('first'));
    expect(await items()).toHaveLength(302);
    const fresh = await open(2);
    await fresh.set({ session: { '149_1.0': 'newer' } });
    await expect(stale.set(large('stale'))).rejects.toMatchObject({ fenced: true });
    const seen = await open(2);
    expect(await seen.get('session', ['149_1.0'])).toEqual({ '149_1.0': 'newer' });
    expect(await seen.get('sender-key-memory', ['group'])).toEqual({ group: 'first' });
  });

  it('reads ahead what is there and what is not, until the next write', async () => {
    const { open } = session();
    const vault = await open(1);
    await vault.set({ session: { '1_1.0': 'one', '2_1.0': 'two' } });
    const reader = await open(1);
    await reader.readAhead('session', ['1_1.0', '2_1.0', '3_1.0']);
    expect(await reader.get('session', ['1_1.0', '3_1.0'])).toEqual({ '1_1.0': 'one' });
    await reader.set({ session: { '1_1.0': 'changed', '3_1.0': 'new' } });
    expect(await reader.get('session', ['1_1.0', '2_1.0', '3_1.0'])).toEqual({
      '1_1.0': 'changed',
      '2_1.0': 'two',
      '3_1.0': 'new',
    });
  });

  it('keeps the latest of many saves', async () => {
    const { open } = session();
    const vault = await open(1);
    await Promise.all(Array.from({ length: 10 }, (_, n) => vault.saveCredentials({ n })));
    expect((await open(1)).credentials).toEqual({ n: 9 });
  });

  it('forgets everything', async () => {
    const { open, forget, items } = session();
    const vault = await open(1);
    await vault.saveCredentials({ n: 1 });
    await vault.set({ 'pre-key': Object.fromEntries(Array.from({ length: 130 }, (_, id) => [id, { id }])) });
    await forget();
    expect(await items()).toEqual([]);
    await expect(vault.saveCredentials({ n: 2 })).rejects.toMatchObject({ fenced: true });
    expect(await items()).toEqual([]);
  });
});
