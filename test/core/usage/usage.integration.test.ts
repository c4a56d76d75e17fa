import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { runTransaction } from '../../../core/storage/run-transaction.ts';
import { createUsageRepository, type UsageRepository, usageUpdate } from '../../../core/usage/index.ts';
import { type ControlTable, startControlTable } from '../support/control-table.ts';

let table: ControlTable;
let usage: UsageRepository;
beforeAll(async () => {
  table = await startControlTable();
  usage = createUsageRepository(table);
});
afterAll(() => table.stop());

const november22 = Date.UTC(2026, 10, 22, 23, 59, 59);
const november23 = Date.UTC(2026, 10, 23);
const december1 = Date.UTC(2026, 11, 1);

describe('usage', () => {
  it('is the sum of its sessions, by day and by month, however many count at once', async () => {
    const tenantId = newId('usr');
    const uses = ['ses_a', 'ses_b'].flatMap((sessionId) => [
      ...Array(20).fill({ tenantId, sessionId, counts: { sent: 1 }, atMs: november22 }),
      ...Array(5).fill({ tenantId, sessionId, counts: { received: 2 }, atMs: november23 }),
    ]);
    uses.push({ tenantId, sessionId: 'ses_a', counts: { connections: 1 }, atMs: december1 });
    await Promise.all(uses.map((use) => usage.count(use)));

    expect(await usage.read(tenantId, { by: 'day', from: '2026-11-22', to: '2026-11-24' })).toEqual([
      { period: '2026-11-22', sent: 40, received: 0, connections: 0, activeSessions: 2 },
      { period: '2026-11-23', sent: 0, received: 20, connections: 0, activeSessions: 2 },
      { period: '2026-11-24', sent: 0, received: 0, connections: 0, activeSessions: 0 },
    ]);
    expect(await usage.read(tenantId, { by: 'month', from: '2026-11', to: '2026-12' })).toEqual([
      { period: '2026-11', sent: 40, received: 20, connections: 0, activeSessions: 2 },
      { period: '2026-12', sent: 0, received: 0, connections: 1, activeSessions: 1 },
    ]);
    expect(await usage.read(tenantId, { by: 'month', from: '2026-11', to: '2026-12' }, 'ses_b')).toEqual([
      { period: '2026-11', sent: 20, received: 10, connections: 0, activeSessions: 1 },
      { period: '2026-12', sent: 0, received: 0, connections: 0, activeSessions: 0 },
    ]);
    expect(await usage.read(tenantId, { by: 'month', from: '2026-12', to: '2026-11' })).toBeUndefined();
  });

  it('lists the sessions of a month page by page, and none of another account', async () => {
    const [tenantId, stranger] = [newId('usr'), newId('usr')];
    const sessionIds = Array.from({ length: 7 }, () => newId('ses'));
    for (const sessionId of sessionIds) {
      await usage.count({ tenantId, sessionId, counts: { sent: 3, received: 1 }, atMs: november22 });
      await usage.count({ tenantId: stranger, sessionId: newId('ses'), counts: { sent: 9 }, atMs: november22 });
    }
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await usage.listSessions(tenantId, '2026-11', { limit: 3, ...(after && { after }) });
      seen.push(...page.items.map((item) => item.sessionId));
      expect(page.items[0]).toMatchObject({
        month: '2026-11',
        sent: 3,
        received: 1,
        days: [{ day: '2026-11-22', sent: 3, received: 1, connections: 0 }],
      });
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual([...sessionIds].sort());
  });

  it('counts with the transaction it belongs to, or not at all', async () => {
    const tenantId = newId('usr');
    const once = {
      Put: {
        TableName: table.tableName,
        Item: { pk: `SEEN#${tenantId}`, sk: 'SEEN' },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
    const Update = usageUpdate(table.tableName, {
      tenantId,
      sessionId: 'ses_a',
      counts: { received: 1 },
      atMs: november22,
    });
    for (let repeat = 0; repeat < 3; repeat++) await runTransaction(table.dynamodb, [once, { Update }]);
    expect(await usage.read(tenantId, { by: 'month', from: '2026-11', to: '2026-11' })).toMatchObject([
      { received: 1 },
    ]);
  });
});
