import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableKeys } from '../../../core/storage/table-keys.ts';
import type { Delivery } from '../../../core/webhooks/delivery.ts';
import { createDeliveryQueue, type TaskToSend } from '../../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../../core/webhooks/delivery-repository.ts';
import { type SweepPorts, sweepDue } from '../../../lambdas/sweep/sweep-due.ts';
import { EventSide } from '../support/event-side.ts';

const start = Date.parse('2026-11-22T00:00:00.000Z');
const minute = 60_000;
let side: EventSide;

beforeAll(async () => {
  side = await EventSide.start();
});

afterAll(async () => {
  await side?.stop();
});

function delivery(index: number): Delivery {
  const createdAt = new Date(start).toISOString();
  return {
    tenantId: side.tenantId,
    deliveryId: `dlv_${index.toString(16).padStart(32, '0')}`,
    webhookId: 'wh_1',
    scope: side.sessionId,
    sessionId: side.sessionId,
    eventId: `evt_${index}`,
    eventType: 'message.received',
    sequence: index,
    state: 'pending',
    attempts: 0,
    createdAt,
    updatedAt: createdAt,
    expiresAtSeconds: start / 1_000 + 86_400,
  };
}

function repositoryAt(now: number) {
  const { document: dynamodb } = side.aws.clients;
  return createDeliveryRepository({ dynamodb, tableName: side.aws.tables.deliveries, now: () => now });
}

async function claimAt(now: number, row: Delivery) {
  const { tenantId, deliveryId, webhookId, sessionId, sequence } = row;
  return repositoryAt(now).claim({
    version: 1,
    tenantId,
    deliveryId,
    webhookId,
    sessionId,
    scope: sessionId,
    sequence,
  });
}

async function claimedLease({ tenantId, deliveryId }: Delivery): Promise<string | undefined> {
  const Key = tableKeys.delivery(tenantId, deliveryId);
  const { Item } = await side.aws.clients.document.send(
    new GetCommand({ TableName: side.aws.tables.deliveries, Key, ConsistentRead: true }),
  );
  return Item?.leaseId as string | undefined;
}

describe('the sweep', () => {
  const sent: TaskToSend[] = [];

  async function sweepAt(now: number, more: Partial<SweepPorts> = {}) {
    sent.length = 0;
    const woken = await sweepDue({
      dynamodb: side.aws.clients.document,
      tableName: side.aws.tables.deliveries,
      sendTasks: async (tasks) => {
        sent.push(...tasks);
      },
      now: () => now,
      hasTime: () => true,
      ...more,
    });
    return { woken, sequences: sent.map(({ task }) => task.sequence).sort((a, b) => a - b) };
  }

  it('wakes what is due, no more, in every bucket and over several pages', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => delivery(index));
    await repositoryAt(start).insertAll(rows);
    await Promise.all(
      rows.map(async (row) => {
        const claim = await claimAt(start, row);
        if (claim.kind !== 'claimed') throw new Error('not claimed');
        const atMs = start + (row.sequence < 450 ? 30 : 60) * minute;
        await repositoryAt(start).finish(row, claim.lease, {
          state: 'waiting',
          isCounted: true,
          dueAtMs: atMs,
          sweepAtMs: atMs,
        });
      }),
    );
    expect(await sweepAt(start + 29 * minute)).toEqual({ woken: 0, sequences: [] });
    const first = await sweepAt(start + 30 * minute);
    expect(first.sequences).toEqual(Array.from({ length: 450 }, (_, index) => index));
    expect(sent[0]).toMatchObject({ lane: 'slow', task: { version: 1, tenantId: side.tenantId } });
  });

  it('does not wake the same again at once, but does when its message was lost', async () => {
    expect(await sweepAt(start + 31 * minute)).toEqual({ woken: 0, sequences: [] });
    expect((await sweepAt(start + 45 * minute)).woken).toBe(450);
  });

  it('brings nothing to a delivery that a worker holds', async () => {
    const row = delivery(470);
    expect((await claimAt(start + 60 * minute, row)).kind).toBe('claimed');
    expect((await sweepAt(start + 60 * minute)).sequences).toContain(470);
    expect(await claimAt(start + 60 * minute, row)).toEqual({ kind: 'busy' });
  });

  it('finds deliveries that were forgotten before their first try, and after their worker died', async () => {
    const rows = [delivery(600), delivery(601)];
    const createdAt = new Date(start + 70 * minute).toISOString();
    await repositoryAt(start).insertAll(rows.map((row) => ({ ...row, createdAt })));
    await claimAt(start + 70 * minute, delivery(601));
    expect((await sweepAt(start + 84 * minute)).sequences).not.toContain(600);
    const { sequences } = await sweepAt(start + 85 * minute);
    expect(sequences).toEqual(expect.arrayContaining([600, 601]));
    for (const row of rows) {
      expect(await claimAt(start + 85 * minute, row)).toMatchObject({ kind: 'claimed', lease: { attempt: 1 } });
      const lease = { leaseId: (await claimedLease(row)) ?? '', attempt: 1 };
      await repositoryAt(start + 85 * minute).finish(row, lease, { state: 'succeeded', isCounted: true });
    }
    expect((await sweepAt(start + 110 * minute)).sequences).not.toEqual(expect.arrayContaining([600]));
  });

  it('sends first: what could not be sent is due at the next sweep', async () => {
    const now = start + 3 * 60 * minute;
    await expect(sweepAt(now, { sendTasks: () => Promise.reject(new Error('SQS is away')) })).rejects.toThrow('SQS');
    const sqs = createDeliveryQueue({ sqs: side.aws.clients.sqs, queueUrls: side.aws.queues.laneUrls });
    const { woken } = await sweepAt(now, { sendTasks: sqs });
    expect(woken).toBe(500);
    expect(new Set((await side.takeTasks()).map((task) => task.deliveryId)).size).toBe(500);
  });
});
