import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRefreshTokens, type RefreshTokens, type RotationResult } from '../../../core/accounts/refresh-tokens.ts';
import { newId } from '../../../core/ids.ts';
import { type ControlTable, startControlTable } from '../support/control-table.ts';

const start = Date.UTC(2026, 10, 22);
const client = { address: '203.0.113.7', userAgent: 'curl/8.5\u0000' };
const day = 24 * 3_600_000;

let table: ControlTable;
let tokens: RefreshTokens;
let now = start;
beforeAll(async () => {
  table = await startControlTable();
  tokens = createRefreshTokens({ ...table, derivationKey: async () => Buffer.alloc(32, 9), now: () => now });
});
beforeEach(() => {
  now = start;
});
afterAll(() => table.stop());

function tokenOf(result: RotationResult): string {
  if (result.kind !== 'rotated') throw new Error(`The token was not rotated: ${result.kind}.`);
  return result.token;
}

describe('refresh tokens', () => {
  it('rotate, and each new one works', async () => {
    const issued = await tokens.issue(newId('usr'), client);
    let token = issued.token;
    for (let rotation = 0; rotation < 5; rotation++) {
      now += day;
      const result = await tokens.rotate(token);
      expect(result).toMatchObject({ kind: 'rotated', tenantId: issued.tenantId, familyId: issued.familyId });
      expect(tokenOf(result)).not.toBe(token);
      token = tokenOf(result);
    }
  });

  it('give 20 tabs that refresh together one and the same next token', async () => {
    const { token } = await tokens.issue(newId('usr'), client);
    const results = await Promise.all(Array.from({ length: 20 }, () => tokens.rotate(token)));
    const next = new Set(results.map(tokenOf));
    expect(next.size).toBe(1);
    now += 60_000;
    expect((await tokens.rotate([...next][0]!)).kind).toBe('rotated');
  });

  it('end the family when an old token comes back, for thief and owner', async () => {
    const { token: stolen, tenantId, familyId } = await tokens.issue(newId('usr'), client);
    const current = tokenOf(await tokens.rotate(stolen));
    now += 10_001;
    expect(await tokens.rotate(stolen)).toEqual({ kind: 'reused', tenantId, familyId });
    expect((await tokens.rotate(current)).kind).toBe('invalid');
    expect((await tokens.rotate(stolen)).kind).toBe('invalid');
  });

  it('end the family for a token two rotations old, even within the grace', async () => {
    const { token } = await tokens.issue(newId('usr'), client);
    const second = tokenOf(await tokens.rotate(token));
    await tokens.rotate(second);
    expect((await tokens.rotate(token)).kind).toBe('reused');
  });

  it('leave other families of the account alone', async () => {
    const tenantId = newId('usr');
    const [phone, laptop] = [await tokens.issue(tenantId, client), await tokens.issue(tenantId, client)];
    const next = tokenOf(await tokens.rotate(phone.token));
    now += 60_000;
    await tokens.rotate(phone.token);
    expect((await tokens.rotate(next)).kind).toBe('invalid');
    expect((await tokens.rotate(laptop.token)).kind).toBe('rotated');
  });

  it('end at logout, with a token of any age in the chain', async () => {
    const { token, tenantId, familyId } = await tokens.issue(newId('usr'), client);
    const next = tokenOf(await tokens.rotate(token));
    expect(await tokens.revoke(token)).toEqual({ tenantId, familyId });
    expect((await tokens.rotate(next)).kind).toBe('invalid');
    expect(await tokens.revoke(next)).toBeUndefined();
    expect(await tokens.revoke('nonsense')).toBeUndefined();
  });

  it('end all, or all but one, when the password changes', async () => {
    const tenantId = newId('usr');
    const issued = await Promise.all(Array.from({ length: 4 }, () => tokens.issue(tenantId, client)));
    const stranger = await tokens.issue(newId('usr'), client);
    expect(await tokens.revokeAll(tenantId, 'password_changed', issued[0]!.familyId)).toBe(3);
    const kinds = await Promise.all(issued.map(async ({ token }) => (await tokens.rotate(token)).kind));
    expect(kinds).toEqual(['rotated', 'invalid', 'invalid', 'invalid']);
    expect(await tokens.revokeAll(tenantId, 'suspended')).toBe(1);
    expect((await tokens.rotate(stranger.token)).kind).toBe('rotated');
  });

  it('end after 30 idle days and after 90 days in all', async () => {
    const idle = await tokens.issue(newId('usr'), client);
    expect(idle.expiresAt).toBe(new Date(start + 30 * day).toISOString());
    let busy = (await tokens.issue(newId('usr'), client)).token;
    for (let week = 1; week <= 12; week++) {
      now = start + week * 7 * day;
      busy = tokenOf(await tokens.rotate(busy));
    }
    expect((await tokens.rotate(idle.token)).kind).toBe('invalid');
    now = start + 90 * day;
    expect((await tokens.rotate(busy)).kind).toBe('invalid');
  });

  it('are refused when the tenant or the family in them is changed', async () => {
    const a = await tokens.issue(newId('usr'), client);
    const b = await tokens.issue(newId('usr'), client);
    const [tenantA, , secretA] = a.token.split('.');
    const [tenantB, familyB] = b.token.split('.');
    expect((await tokens.rotate(`${tenantB}.${a.token.split('.')[1]}.${secretA}`)).kind).toBe('invalid');
    expect((await tokens.rotate(`${tenantA}.${familyB}.${secretA}`)).kind).toBe('invalid');
    expect((await tokens.rotate(a.token)).kind).toBe('rotated');
  });

  it('bound the number of live families, the oldest going first', async () => {
    const tenantId = newId('usr');
    const issued = [];
    for (let login = 0; login < 51; login++) issued.push(await tokens.issue(tenantId, client));
    expect((await tokens.rotate(issued[0]!.token)).kind).toBe('invalid');
    expect((await tokens.rotate(issued[1]!.token)).kind).toBe('rotated');
  });

  it('are stored as hashes only', async () => {
    const { token } = await tokens.issue(newId('usr'), client);
    const next = tokenOf(await tokens.rotate(token));
    const { Items = [] } = await table.dynamodb.send(new ScanCommand({ TableName: table.tableName }));
    const stored = JSON.stringify(Items);
    for (const secret of [token, next].map((text) => text.split('.')[2]!)) expect(stored).not.toContain(secret);
    expect(stored).toContain('"userAgent":"curl/8.5"');
  });
});
