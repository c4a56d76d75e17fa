import type { Delivery, DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { DeliverPorts } from './deliver-ports.ts';

/**
 * A delivery of an ordered webhook has ended outside of its line (switched off, sent again by hand): takes it out of the line and wakes
 * the one behind it.
 */
export async function passTurn(
  delivery: Pick<Delivery, 'tenantId' | 'webhookId' | 'sessionId' | 'sequence' | 'scope'>,
  { turns, sendTasks }: Pick<DeliverPorts, 'turns' | 'sendTasks'>,
): Promise<void> {
  await turns.remove(delivery, delivery.sequence);
  const next = await turns.first(delivery);
  if (next === undefined) return;
  await sendTasks([{ task: turnTask(delivery, next), lane: 'fast' }]);
}

/** The task of the delivery whose turn it is. */
export function turnTask(
  place: Pick<Delivery, 'tenantId' | 'webhookId' | 'sessionId' | 'scope'>,
  turn: { readonly deliveryId: string; readonly sequence: number },
): DeliveryTask {
  const { tenantId, webhookId, sessionId, scope = sessionId } = place;
  const { deliveryId, sequence } = turn;
  return { version: 1, tenantId, webhookId, sessionId, scope, deliveryId, sequence, isOrdered: true };
}
