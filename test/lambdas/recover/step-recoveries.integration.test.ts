import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { derivedId, newId } from '../../../core/ids.ts';
import { createDeliveryLog } from '../../../core/webhooks/delivery-log.ts';
import type { TaskToSend } from '../../../core/webhooks/delivery-queue.ts';
import { createDeliveryRepository } from '../../../core/webhooks/delivery-repository.ts';
import { type Recovery, recoveredPerStepMax } from '../../../core/webhooks/recovery/recovery.ts';
import { createRecoveryRepository } from '../../../core/webhooks/recovery/recovery-repository.ts';
import type { Webhook } from '../../../core/webhooks/webhook.ts';
import { stepRecoveries } from '../../../lambdas/recover/step-recoveries.ts';
import { startTestAws, type TestAws } from '../../support/aws.ts';

describe('the recover function', () => {
  let aws: TestAws;
  let nowMs = Date.parse('2026-11-22T12:00:00.000Z');
  const sent: TaskToSend[] = [];
  const on = { status: 'enabled' } as Webhook;

  const table = () => ({ dynamodb: aws.clients.document, tableName: aws.tables.deliveries });
  const recoveries = () => createRecoveryRepository(table());
  const ports = () => ({
    recoveries: recoveries(),
    deliveryLog: createDeliveryLog(table(), () => nowMs),
    deliveries: createDeliveryRepository({ ...table(), now: () => nowMs }),
    webhooks: { find: async () => on },
    sendTasks: async (tasks: readonly TaskToSend[]) => void sent.push(...tasks),
    now: () => nowMs,
    hasTime: () => true,
  });
  const newJob = async (failed: number): Promise<Recovery> => {
    const place = { tenantId: newId('usr'), webhookId: newId('wh'), sessionId: 'ses_1', scope: 'ses_1' };
    const since = '2026-11-22T10:00:00.000Z';
    const times = { createdAt: since, updatedAt: since, expiresAtSeconds: nowMs / 1_000 + 86_400 };
    await ports().deliveries.insertAll(
      Array.from({ length: failed }, (_, index) => ({
        ...{ ...place, ...times },
        createdAt: new Date(Date.parse(since) + index * 1_000).toISOString(),
        deliveryId: derivedId('dlv', [place.webhookId, String(index)]),
        eventId: `evt_${index}`,
        eventType: 'message.received',
        sequence: index + 1,
        state: 'exhausted' as const,
        attempts: 10,
      })),
    );
    const job: Recovery = {
      ...{ ...place, ...times },
      recoveryId: newId('rec'),
      state: 'running',
      since,
      until: new Date(nowMs).toISOString(),
      states: ['exhausted'],
      ...{ scanned: 0, recovered: 0, nextDueMs: nowMs, steps: 0, leaseUntilMs: 0 },
    };
    expect(await recoveries().create(job)).toBe(true);
    return job;
  };

  beforeAll(async () => {
    aws = await startTestAws();
  });
  afterAll(() => aws?.stop());

  it('recovers a large window in steps, ten a second, each delivery once', async () => {
    const job = await newJob(recoveredPerStepMax + 40);
    expect(await recoveries().create({ ...job, recoveryId: newId('rec') })).toBe(false);
    await stepRecoveries(ports(), () => {});
    const half = await recoveries().find(job);
    expect(half).toMatchObject({ state: 'running', recovered: recoveredPerStepMax });
    expect(sent).toHaveLength(recoveredPerStepMax);
    expect(Math.max(...sent.map(({ delaySeconds = 0 }) => delaySeconds))).toBe(60);
    nowMs += 60_000;
    await stepRecoveries(ports(), () => {});
    expect(await recoveries().find(job)).toMatchObject({ state: 'done', recovered: recoveredPerStepMax + 40 });
    expect(new Set(sent.map(({ task }) => task.deliveryId)).size).toBe(recoveredPerStepMax + 40);
    expect(sent).toHaveLength(recoveredPerStepMax + 40);
    expect(sent.every(({ task, lane }) => task.isReplay === true && lane === 'slow')).toBe(true);
    // Its end makes room for another.
    expect(await recoveries().create({ ...job, recoveryId: newId('rec') })).toBe(true);
    await stepRecoveries(ports(), () => {});
  });

  it('counts once what two steps at the same time did', async () => {
    const job = await newJob(30);
    sent.length = 0;
    await Promise.all([stepRecoveries(ports(), () => {}), stepRecoveries(ports(), () => {})]);
    expect(await recoveries().find(job)).toMatchObject({ state: 'done', recovered: 30, steps: 2 });
  });

  it('stops when the webhook is off, and goes on with others when one step fails', async () => {
    const [broken, stopped] = [await newJob(3), await newJob(3)];
    const results = new Map<string, string>();
    const failing = {
      ...ports(),
      webhooks: {
        find: async ({ webhookId }: { webhookId: string }) => {
          if (webhookId === broken.webhookId) throw new Error('down');
          return undefined;
        },
      },
    };
    await stepRecoveries(failing, ({ recoveryId }, result) =>
      results.set(recoveryId, result instanceof Error ? result.message : result.state),
    );
    expect(results.get(broken.recoveryId)).toBe('down');
    // Whoever takes it up waits for the end of the lease.
    await stepRecoveries(ports(), () => {});
    expect(await recoveries().find(broken)).toMatchObject({ state: 'running', recovered: 0 });
    nowMs += 61_000;
    await stepRecoveries(ports(), () => {});
    expect(await recoveries().find(broken)).toMatchObject({ state: 'done', recovered: 3 });
    expect(results.get(stopped.recoveryId)).toBe('stopped');
  });
});
