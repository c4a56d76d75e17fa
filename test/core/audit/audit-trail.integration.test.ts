import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditNote, createAuditTrail } from '../../../core/audit/index.ts';
import { newId } from '../../../core/ids.ts';
import { runTransaction } from '../../../core/storage/run-transaction.ts';
import { type ControlTable, startControlTable } from '../support/control-table.ts';

let table: ControlTable;
beforeAll(async () => {
  table = await startControlTable();
});
afterAll(() => table.stop());

const start = Date.UTC(2026, 10, 22);

function someNote(tenantId: string, subjectId: string): AuditNote {
  return { tenantId, action: 'api_key.created', actor: { kind: 'user', id: tenantId }, subjectId };
}

describe('audit trail', () => {
  it('lists the newest first, page by page, and only of one account', async () => {
    let now = start;
    const trail = createAuditTrail({ ...table, now: () => now });
    const [tenantId, stranger] = [newId('usr'), newId('usr')];
    for (let made = 0; made < 7; made++) {
      await trail.append(someNote(tenantId, `key_${made}`));
      await trail.append(someNote(stranger, 'key_of_another'));
      // Entries of one millisecond keep their order too.
      now += made % 2;
    }
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await trail.list(tenantId, { limit: 3, ...(after !== undefined && { after }) });
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map((entry) => entry.subjectId ?? ''));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(['key_6', 'key_5', 'key_4', 'key_3', 'key_2', 'key_1', 'key_0']);
  });

  it('tells who, what and from where, and nothing of how it is stored', async () => {
    const trail = createAuditTrail({ ...table, now: () => start });
    const tenantId = newId('usr');
    const note = {
      ...someNote(tenantId, 'key_1'),
      address: '203.0.113.7',
      userAgent: 'curl/8',
      details: { lastFour: 'Ab3x' },
    };
    const entry = await trail.append(note);
    expect((await trail.list(tenantId, { limit: 25 })).items).toEqual([entry]);
    expect(entry).toEqual({ ...note, auditId: expect.stringMatching(/^aud_/), at: '2026-11-22T00:00:00.000Z' });
  });

  it('adds an entry with the transaction it belongs to, or not at all', async () => {
    const trail = createAuditTrail(table);
    const tenantId = newId('usr');
    const once = {
      Put: {
        TableName: table.tableName,
        Item: { pk: `ONCE#${tenantId}`, sk: 'ONCE' },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
    for (let repeat = 0; repeat < 2; repeat++) {
      await runTransaction(table.dynamodb, [once, trail.entryItem(someNote(tenantId, 'key_1'))]);
    }
    expect((await trail.list(tenantId, { limit: 25 })).items).toHaveLength(1);
  });

  it('shows nothing after 400 days although the row is still there', async () => {
    let now = start;
    const trail = createAuditTrail({ ...table, now: () => now });
    const tenantId = newId('usr');
    await trail.append(someNote(tenantId, 'key_1'));
    now += 400 * 86_400_000 - 1_000;
    expect((await trail.list(tenantId, { limit: 25 })).items).toHaveLength(1);
    now += 1_000;
    expect(await trail.list(tenantId, { limit: 25 })).toEqual({ items: [] });
  });
});
