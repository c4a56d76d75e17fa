import type { DeliveryTask } from '../../core/webhooks/delivery.ts';
import { deferTasks } from './defer-tasks.ts';
import type { DeliverPorts, DeliverResult } from './deliver-ports.ts';
import { turnTask } from './pass-turn.ts';

/**
 * Ends a delivery whose webhook is off or gone, and with it those that stand behind it in an ordered line: nobody else would come for
 * them.
 */
export async function endDisabled(
  task: DeliveryTask,
  ports: Pick<DeliverPorts, 'deliveries' | 'turns' | 'sendTasks' | 'pace' | 'now'>,
  hasTime: () => boolean,
): Promise<DeliverResult> {
  await ports.deliveries.disable(task);
  if (task.isOrdered === true) {
    await ports.turns.remove(task, task.sequence);
    for (let turn = await ports.turns.first(task); turn !== undefined; turn = await ports.turns.first(task)) {
      const next = { ...turnTask(task, turn), hops: task.hops ?? 0 };
      if (!hasTime()) {
        await deferTasks([next], { reason: 'slots', lane: 'slow', delaySeconds: () => 0 }, ports);
        break;
      }
      await ports.deliveries.disable(next);
      await ports.turns.remove(next, next.sequence);
    }
  }
  return { kind: 'dropped', reason: 'webhook-off' };
}
