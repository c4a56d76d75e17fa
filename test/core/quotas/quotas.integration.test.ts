import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import {
  claimSlot,
  createMessageQuota,
  quotaEvents,
  quotaExceeded,
  readSlot,
  releaseSlot,
  type Slot,
  slotState,
} from '../../../core/quotas/index.ts';
import { runTransaction } from '../../../core/storage/run-transaction.ts';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import type { TransactItem } from '../../../core/storage/transact-item.ts';
import { type ControlTable, startControlTable } from '../support/control-table.ts';

let table: ControlTable;
beforeAll(async () => {
  table = await startControlTable();
});
afterAll(() => table.stop());

function sessionSlot(): Slot {
  return { tableName: table.tableName, tenantId: newId('usr'), quota: 'sessions' };
}

function putSession(tenantId: string, sessionId: string): TransactItem {
  const Item = { ...tableKeys.session(tenantId, sessionId), sessionId };
  return { Put: { TableName: table.tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
}

function deleteSession(tenantId: string, sessionId: string): TransactItem {
  const Key = tableKeys.session(tenantId, sessionId);
  return { Delete: { TableName: table.tableName, Key, ConditionExpression: 'attribute_exists(pk)' } };
}

describe('quota of sessions', () => {
  it('lets exactly 10 of 50 parallel creates through, and tells each level once', async () => {
    const slot = sessionSlot();
    const limit = 10;
    const eventIds = new Set<string>();
    const refusals = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const sessionId = newId('ses');
        const before = await readSlot(table.dynamodb, slot, limit);
        const items = [putSession(slot.tenantId, sessionId), claimSlot(slot, limit)];
        const refusal = await runTransaction(table.dynamodb, items);
        if (refusal !== undefined) return { index: refusal.index, state: slotState(slot, limit, refusal.item) };
        const state = await readSlot(table.dynamodb, slot, limit);
        const use = { tenantId: slot.tenantId, sessionId, metadata: {}, before: before.used, state, atMs: 0 };
        for (const event of quotaEvents(use)) eventIds.add(`${event.type} ${event.id}`);
        return undefined;
      }),
    );
    const full = { quota: 'sessions', limit: 10, used: 10, resetsAt: null };
    expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(10);
    expect(refusals.filter((refusal) => refusal !== undefined)).toEqual(Array(40).fill({ index: 1, state: full }));
    expect(await readSlot(table.dynamodb, slot, limit)).toEqual(full);
    expect([...eventIds].map((text) => text.split(' ')[0]).sort()).toEqual(['quota.exceeded', 'quota.warning']);
  });

  it('gives one place back for 20 parallel deletes of one session', async () => {
    const slot = sessionSlot();
    const [first, second] = [newId('ses'), newId('ses')];
    for (const id of [first, second]) {
      await runTransaction(table.dynamodb, [putSession(slot.tenantId, id), claimSlot(slot, 2)]);
    }
    await Promise.all(
      Array.from({ length: 20 }, () =>
        runTransaction(table.dynamodb, [deleteSession(slot.tenantId, first), releaseSlot(slot)]),
      ),
    );
    expect((await readSlot(table.dynamodb, slot, 2)).used).toBe(1);
    expect(
      await runTransaction(table.dynamodb, [putSession(slot.tenantId, newId('ses')), claimSlot(slot, 2)]),
    ).toBeUndefined();
  });

  it('does not count a create that another condition refused', async () => {
    const slot = sessionSlot();
    const id = newId('ses');
    await table.dynamodb.send(
      new PutCommand({ TableName: table.tableName, Item: tableKeys.session(slot.tenantId, id) }),
    );
    const refusal = await runTransaction(table.dynamodb, [putSession(slot.tenantId, id), claimSlot(slot, 2)]);
    expect(refusal?.index).toBe(0);
    expect((await readSlot(table.dynamodb, slot, 2)).used).toBe(0);
  });

  it('refuses everything at a limit of nought', async () => {
    expect((await runTransaction(table.dynamodb, [claimSlot(sessionSlot(), 0)]))?.index).toBe(0);
  });

  it('counts the webhooks of each session apart', async () => {
    const tenantId = newId('usr');
    const of = (sessionId: string): Slot => ({
      tableName: table.tableName,
      tenantId,
      quota: { webhooksOf: sessionId },
    });
    expect(await runTransaction(table.dynamodb, [claimSlot(of('ses_a'), 1)])).toBeUndefined();
    expect(await runTransaction(table.dynamodb, [claimSlot(of('ses_b'), 1)])).toBeUndefined();
    expect((await runTransaction(table.dynamodb, [claimSlot(of('ses_a'), 1)]))?.item).toMatchObject({ used: 1 });
  });
});

describe('quota of messages', () => {
  const evening = Date.UTC(2026, 10, 22, 23, 59);

  it('counts 30 of 60 parallel sends at a limit of 30, and each count once', async () => {
    const quota = createMessageQuota({ ...table, now: () => evening });
    const tenantId = newId('usr');
    const answers = await Promise.all(Array.from({ length: 60 }, () => quota.count(tenantId, 30)));
    const counted = answers.filter((answer) => answer.kind === 'counted');
    expect(counted.map((answer) => answer.state.used).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
    const levels = counted.flatMap(({ before, state }) =>
      quotaEvents({ tenantId, sessionId: 'ses_a', metadata: {}, before, state, atMs: evening }).map((e) => e.type),
    );
    expect(levels.sort()).toEqual(['quota.exceeded', 'quota.warning']);
    const refused = answers.find((answer) => answer.kind === 'refused');
    expect(refused?.state).toEqual({
      quota: 'messages',
      limit: 30,
      used: 30,
      resetsAt: '2026-11-23T00:00:00.000Z',
    });
  });

  it('starts again at midnight UTC, and refunds to the day that paid', async () => {
    let now = evening;
    const quota = createMessageQuota({ ...table, now: () => now });
    const tenantId = newId('usr');
    const counted = await quota.count(tenantId, 1);
    expect((await quota.count(tenantId, 1)).kind).toBe('refused');
    now = Date.UTC(2026, 10, 23, 0, 0);
    expect((await quota.count(tenantId, 1)).kind).toBe('counted');
    if (counted.kind === 'counted') await quota.refund(counted);
    expect((await quota.read(tenantId, 1)).used).toBe(1);
    now = evening;
    expect((await quota.read(tenantId, 1)).used).toBe(0);
  });

  it('counts a batch as a whole or not at all', async () => {
    const quota = createMessageQuota({ ...table, now: () => evening });
    const tenantId = newId('usr');
    expect((await quota.count(tenantId, 10, 7)).kind).toBe('counted');
    expect((await quota.count(tenantId, 10, 4)).kind).toBe('refused');
    expect((await quota.count(tenantId, 10, 11)).kind).toBe('refused');
    expect((await quota.count(tenantId, 10, 3)).state.used).toBe(10);
  });

  it('never goes below nought', async () => {
    const quota = createMessageQuota({ ...table, now: () => evening });
    const tenantId = newId('usr');
    const counted = await quota.count(tenantId, 5);
    if (counted.kind !== 'counted') throw new Error('The first message was refused.');
    await quota.refund(counted);
    await quota.refund(counted);
    expect((await quota.read(tenantId, 5)).used).toBe(0);
  });
});

it('a full quota is a problem with limit, used and resetsAt', () => {
  const error = quotaExceeded({ quota: 'messages', limit: 5, used: 5, resetsAt: '2026-11-23T00:00:00.000Z' });
  expect(error).toMatchObject({
    code: 'QUOTA_MESSAGES_EXCEEDED',
    status: 429,
    extra: { limit: 5, used: 5, resetsAt: '2026-11-23T00:00:00.000Z' },
  });
});
