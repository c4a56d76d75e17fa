import type { DeliveryLog } from '../delivery-log.ts';
import type { SendDeliveryTasks } from '../delivery-queue.ts';
import type { DeliveryRepository } from '../delivery-repository.ts';
import { replayTask, sweepGraceMs } from '../replay-task.ts';
import type { WebhookReader } from '../webhook-repository.ts';
import { type Recovery, recoveredMax, recoveredPerStepMax, replayEveryMs, scannedPerStepMax } from './recovery.ts';
import type { RecoveryRepository } from './recovery-repository.ts';

export interface StepParts {
  readonly recoveries: Pick<RecoveryRepository, 'step'>;
  readonly deliveryLog: Pick<DeliveryLog, 'list'>;
  readonly deliveries: Pick<DeliveryRepository, 'requeue'>;
  readonly webhooks: Pick<WebhookReader, 'find'>;
  readonly sendTasks: SendDeliveryTasks;
  readonly now: () => number;
}

/** Longer than a function lives that takes a step. */
const leaseMs = 60_000;
/** Rows of one round; their writes are made side by side. */
const roundMax = 50;

/**
 * One step of a job: requeues what its window holds, oldest first and a tenth of a second apart, up to the step's bounds. A crash within
 * it repeats the step once its lease has run out; what was requeued before is found waiting and passed over, and is not counted.
 *
 * @example const after = await stepRecovery(job, parts, { recoveredMax: 100 });
 */
export async function stepRecovery(
  job: Recovery,
  parts: StepParts,
  bounds: { readonly recoveredMax?: number } = {},
): Promise<Recovery> {
  const held = await hold(job, parts);
  return held === undefined ? job : takeStep(held, parts, bounds.recoveredMax ?? recoveredPerStepMax);
}

/** Undefined when somebody else takes a step at this moment. */
async function hold(job: Recovery, { recoveries, now }: StepParts): Promise<Recovery | undefined> {
  if (job.leaseUntilMs > now()) return undefined;
  const held = { ...job, steps: job.steps + 1, leaseUntilMs: now() + leaseMs };
  return (await recoveries.step(job, held)) ? held : undefined;
}

async function takeStep(job: Recovery, parts: StepParts, recoveredPerStep: number): Promise<Recovery> {
  const startMs = parts.now();
  const bound = Math.min(recoveredPerStep, recoveredMax - job.recovered);
  const webhook = await parts.webhooks.find(job);
  if (webhook?.status !== 'enabled') return end(job, { state: 'stopped' }, parts);
  let { position, nextDueMs } = job;
  nextDueMs = Math.max(nextDueMs, startMs);
  let recovered = 0;
  let scanned = 0;
  let isOver = false;
  while (!isOver && recovered < bound && scanned < scannedPerStepMax) {
    const page = await parts.deliveryLog.list(job.tenantId, job.webhookId, {
      limit: Math.min(roundMax, bound - recovered),
      states: job.states,
      since: job.since,
      until: job.until,
      newestFirst: false,
      ...(position !== undefined && { after: position }),
    });
    const due = page.items.map((delivery, index) => ({ delivery, dueAtMs: nextDueMs + index * replayEveryMs }));
    recovered += await requeueAll(due, parts);
    nextDueMs += due.length * replayEveryMs;
    scanned += page.scanned;
    isOver = page.next === undefined;
    position = page.next ?? position;
  }
  const total = job.recovered + recovered;
  const state = isOver || total >= recoveredMax ? 'done' : 'running';
  const change = { state, recovered: total, scanned: job.scanned + scanned, nextDueMs } as const;
  return end(job, { ...change, ...(position !== undefined && { position }) }, parts);
}

async function requeueAll(
  due: readonly { readonly delivery: Parameters<typeof replayTask>[0]; readonly dueAtMs: number }[],
  { deliveries, sendTasks, now }: StepParts,
): Promise<number> {
  const queued = await Promise.all(
    due.map(async ({ delivery, dueAtMs }) => ({
      dueAtMs,
      delivery: await deliveries.requeue(delivery, { dueAtMs, sweepAtMs: dueAtMs + sweepGraceMs }),
    })),
  );
  const tasks = queued.flatMap(({ delivery, dueAtMs }) =>
    delivery === undefined ? [] : [replayTask(delivery, Math.max(0, Math.ceil((dueAtMs - now()) / 1_000)))],
  );
  if (tasks.length > 0) await sendTasks(tasks);
  return tasks.length;
}

/** When the lease ran out and somebody else has stepped meanwhile, their count stands. */
async function end(job: Recovery, change: Partial<Recovery>, { recoveries, now }: StepParts): Promise<Recovery> {
  const after = { ...job, ...change, leaseUntilMs: 0, steps: job.steps + 1, updatedAt: new Date(now()).toISOString() };
  return (await recoveries.step(job, after)) ? after : job;
}
