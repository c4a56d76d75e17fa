import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../core/ids.ts';
import { createRateLimiter, rateSubjects } from '../../../core/rate-limits/index.ts';
import { type ControlTable, startControlTable } from '../support/control-table.ts';

let table: ControlTable;
beforeAll(async () => {
  table = await startControlTable();
});
afterAll(() => table.stop());

const start = Date.UTC(2026, 10, 22);
const policy = { name: 'requests', quota: 100, windowSeconds: 10 };

function someBucket() {
  return { tenantId: newId('usr'), subject: rateSubjects.accountKey(newId('key')), policy };
}

describe('rate limiter', () => {
  it('admits exactly the quota to 16 callers who come at one moment', async () => {
    const bucket = someBucket();
    const callers = Array.from({ length: 16 }, () => createRateLimiter({ ...table, now: () => start }));
    const decisions = (
      await Promise.all(
        callers.map(async (take) => {
          const seen = [];
          for (let request = 0; request < 10; request++) seen.push(await take(bucket));
          return seen;
        }),
      )
    ).flat();
    const admitted = decisions.filter((decision) => decision.admitted);
    expect(admitted).toHaveLength(100);
    expect(admitted.map((decision) => decision.remaining).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, index) => index),
    );
    expect(decisions.find((decision) => !decision.admitted)).toMatchObject({
      remaining: 0,
      resetSeconds: 10,
      retryAfterSeconds: 1,
    });
  });

  it('stays within 5 % of what grows, with 16 callers whose clocks differ by 100 ms', async () => {
    const bucket = someBucket();
    let elapsedMs = 0;
    const callers = Array.from({ length: 16 }, (_, index) =>
      createRateLimiter({ ...table, now: () => start + elapsedMs + (index - 8) * 6.25 }),
    );
    let admitted = 0;
    const seconds = 12;
    for (; elapsedMs <= seconds * 1_000; elapsedMs += 400) {
      const decisions = await Promise.all(callers.map((take) => take(bucket)));
      admitted += decisions.filter((decision) => decision.admitted).length;
    }
    const allowed = policy.quota + (policy.quota / policy.windowSeconds) * seconds;
    expect(admitted).toBeLessThanOrEqual(allowed * 1.05);
    expect(admitted).toBeGreaterThanOrEqual(allowed * 0.95);
  });

  it('fills again with time, up to its quota', async () => {
    const bucket = { ...someBucket(), policy: { ...policy, quota: 2 } };
    let now = start;
    const take = createRateLimiter({ ...table, now: () => now });
    const admitted = async () => (await take(bucket)).admitted;
    expect([await admitted(), await admitted(), await admitted()]).toEqual([true, true, false]);
    now += 5_000;
    expect([await admitted(), await admitted()]).toEqual([true, false]);
    now += 3_600_000;
    expect([await admitted(), await admitted(), await admitted()]).toEqual([true, true, false]);
  });

  it('writes once for an admitted request, and not at all for a caller known to be over the limit', async () => {
    let calls = 0;
    const counting = {
      send: (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
        calls++;
        return table.dynamodb.send(command);
      },
    } as unknown as DynamoDBDocumentClient;
    const bucket = { ...someBucket(), policy: { ...policy, quota: 5 } };
    const take = createRateLimiter({ dynamodb: counting, tableName: table.tableName, now: () => start });
    for (let request = 0; request < 50; request++) await take(bucket);
    expect(calls).toBe(5);
  });

  it('keeps buckets of two accounts apart', async () => {
    const take = createRateLimiter({ ...table, now: () => start });
    const one = { ...someBucket(), policy: { ...policy, quota: 1 } };
    expect((await take(one)).admitted).toBe(true);
    expect((await take({ ...one, tenantId: newId('usr') })).admitted).toBe(true);
    expect((await take(one)).admitted).toBe(false);
  });

  it('takes several tokens at once, and never more than a bucket holds', async () => {
    const take = createRateLimiter({ ...table, now: () => start });
    const bucket = someBucket();
    expect((await take({ ...bucket, tokens: 90 })).remaining).toBe(10);
    expect(await take({ ...bucket, tokens: 20 })).toMatchObject({
      admitted: false,
      remaining: 10,
      retryAfterSeconds: 1,
    });
    expect((await take({ ...bucket, tokens: 10 })).admitted).toBe(true);
    await expect(take({ ...bucket, tokens: 101 })).rejects.toThrow(RangeError);
  });
});
