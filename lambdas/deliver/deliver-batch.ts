import type { DeliveryTask } from '../../core/webhooks/delivery.ts';
import { groupOf, type Lane } from '../../core/webhooks/delivery-queue.ts';
import { deliverGroup, type GroupOutcome, type KnownBreakers } from './deliver-group.ts';
import { deliverInTurn } from './deliver-in-turn.ts';
import type { DeliverPorts } from './deliver-ports.ts';
import { endDisabled } from './end-disabled.ts';

export interface DeliverBatch {
  readonly tasks: readonly DeliveryTask[];
  /** The queue that they came from. */
  readonly lane: Lane;
  /** False when the function must end. */
  readonly hasTime: () => boolean;
  readonly known: KnownBreakers;
}

/**
 * Delivers a batch: webhooks side by side, and of each all that its gates let pass side by side, except that an ordered webhook gets the
 * events of a session one by one. Each task has an outcome of its own; one that is rejected must come again.
 *
 * @example const outcomes = await deliverBatch({ tasks, lane: 'fast', hasTime, known }, ports);
 */
export async function deliverBatch(batch: DeliverBatch, ports: DeliverPorts): Promise<GroupOutcome> {
  const groups = [...Map.groupBy(batch.tasks, groupOf).values()];
  const outcomes = await Promise.all(groups.map((tasks) => serve(tasks, batch, ports)));
  return new Map(outcomes.flatMap((outcome) => [...outcome]));
}

async function serve(tasks: readonly DeliveryTask[], batch: DeliverBatch, ports: DeliverPorts): Promise<GroupOutcome> {
  try {
    const [first] = tasks;
    if (first === undefined) return new Map();
    const { lane, known, hasTime } = batch;
    const webhook = await ports.webhooks.find(first);
    if (webhook === undefined || webhook.status !== 'enabled') {
      const ends = await Promise.allSettled(tasks.map((task) => endDisabled(task, ports, hasTime)));
      return new Map(tasks.map((task, index) => [task, ends[index] as PromiseSettledResult<never>]));
    }
    if (first.isOrdered === true && first.isReplay !== true) {
      return await deliverInTurn({ webhook, tasks, lane, known, hasTime }, ports);
    }
    return await deliverGroup({ webhook, group: { tasks, lane }, known }, ports);
  } catch (reason) {
    return new Map(tasks.map((task) => [task, { status: 'rejected', reason } as const]));
  }
}
