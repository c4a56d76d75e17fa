import type { DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { Lane } from '../../core/webhooks/delivery-queue.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import { deferTasks } from './defer-tasks.ts';
import { deliverGroup, type GroupOutcome, type KnownBreakers } from './deliver-group.ts';
import type { DeliverPorts, DeliverResult } from './deliver-ports.ts';
import { turnTask } from './pass-turn.ts';

/** Deliveries that one invocation makes for one session; the rest goes on with a message. */
const turnsMax = 200;

/**
 * Serves the line of one session at an ordered webhook: tries the first, and when it has ended, whichever way, goes on with the next
 * without a message in between, as long as there is time. A first one that waits, is held by another worker, or must be sent away holds
 * the line; whatever wakes it brings the rest. So any task of the line will do to serve it.
 *
 * A task that is not in the line although its row says so (fan-out died between the two) is served as if it were first.
 */
export async function deliverInTurn(
  input: {
    readonly webhook: Webhook;
    readonly tasks: readonly DeliveryTask[];
    readonly lane: Lane;
    readonly known: KnownBreakers;
    readonly hasTime: () => boolean;
  },
  ports: DeliverPorts,
): Promise<GroupOutcome> {
  const { webhook, tasks, lane } = input;
  const [first] = [...tasks].sort((left, right) => left.sequence - right.sequence);
  const outcome = new Map<DeliveryTask, PromiseSettledResult<DeliverResult>>(
    tasks.map((task) => [task, { status: 'fulfilled', value: { kind: 'dropped', reason: 'not-its-turn' } }]),
  );
  if (first === undefined) return outcome;
  for (let made = 0; ; made++) {
    const turn = await ports.turns.first(first);
    const isOutside = made === 0 && (turn === undefined || turn.sequence > first.sequence);
    if (turn === undefined && !isOutside) return outcome;
    const known = tasks.find(({ deliveryId }) => deliveryId === (isOutside ? first : turn)?.deliveryId);
    const task =
      isOutside || turn === undefined ? first : (known ?? { ...turnTask(first, turn), hops: first.hops ?? 0 });
    if (made >= turnsMax || (made > 0 && !input.hasTime())) {
      await deferTasks([task], { reason: 'slots', lane, delaySeconds: () => 0 }, ports);
      return outcome;
    }
    const group = { tasks: [task], lane, isInTurn: true };
    const [settled] = (await deliverGroup({ webhook, group, known: input.known }, ports)).values();
    if (settled === undefined) return outcome;
    if (known !== undefined) outcome.set(known, settled);
    if (!isOver(settled)) {
      if (settled.status === 'rejected') outcome.set(first, settled);
      return outcome;
    }
    await ports.turns.remove(first, task.sequence);
  }
}

function isOver(settled: PromiseSettledResult<DeliverResult>): boolean {
  if (settled.status === 'rejected') return false;
  const { value } = settled;
  if (value.kind === 'attempted') return value.state !== 'waiting' && value.isKept;
  return value.kind === 'dropped' && value.reason === 'ended';
}
