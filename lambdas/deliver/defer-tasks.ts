import type { DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { Lane, TaskToSend } from '../../core/webhooks/delivery-queue.ts';
import type { DeliverPorts, DeliverResult } from './deliver-ports.ts';
import { planWake } from './plan-wake.ts';

type Reason = Extract<DeliverResult, { kind: 'deferred' }>['reason'];

/** A shorter wait is left to the queue alone: the row's place in the due index is later anyway. */
const unwrittenSecondsMax = 60;

/**
 * Sends tasks away that cannot be tried now, with no try made or counted. A task whose row has moved on meanwhile is dropped.
 *
 * @example await deferTasks(tasks, { reason: 'breaker', lane: 'slow', delaySeconds: () => 30 }, ports);
 */
export async function deferTasks(
  tasks: readonly DeliveryTask[],
  how: { readonly reason: Reason; readonly lane: Lane; readonly delaySeconds: (task: DeliveryTask) => number },
  ports: Pick<DeliverPorts, 'deliveries' | 'sendTasks' | 'pace' | 'now'>,
): Promise<DeliverResult[]> {
  const messages: TaskToSend[] = [];
  const results = await Promise.all(
    tasks.map(async (task): Promise<DeliverResult> => {
      const delaySeconds = how.delaySeconds(task);
      const { sweepGraceMs } = ports.pace;
      const plan = planWake(task, { delaySeconds, lane: how.lane, nowMs: ports.now(), sweepGraceMs });
      const isWritten = plan.message === undefined || delaySeconds > unwrittenSecondsMax;
      if (isWritten && !(await ports.deliveries.defer(task, plan.wake))) return { kind: 'dropped', reason: 'stale' };
      if (plan.message !== undefined) messages.push(plan.message);
      return { kind: 'deferred', reason: how.reason, delaySeconds };
    }),
  );
  if (messages.length > 0) await ports.sendTasks(messages);
  return results;
}

/** A wait that doubles with each hop of a task, drawn from its half to one and a half of it, so that those who wait do not come together. */
export function slotDelaySeconds(
  { hops = 0 }: DeliveryTask,
  { pace, random }: Pick<DeliverPorts, 'pace' | 'random'>,
): number {
  return Math.min(pace.slotSecondsMax, pace.slotSeconds * 2 ** hops) * (0.5 + random());
}
