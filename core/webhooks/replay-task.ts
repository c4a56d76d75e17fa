import type { Delivery } from './delivery.ts';
import type { TaskToSend } from './delivery-queue.ts';

/** A row that its message should have woken is swept after this grace. */
export const sweepGraceMs = 5 * 60_000;

/**
 * The task of a delivery that is sent again by hand: by the slow lane, in a message group of its own, so that it stands in the way of
 * nothing that is live.
 *
 * @example await sendTasks([replayTask(delivery, 12)]);
 */
export function replayTask(delivery: Delivery, delaySeconds = 0): TaskToSend {
  const { tenantId, deliveryId, webhookId, sessionId, sequence, scope = sessionId, attempts, isOrdered } = delivery;
  return {
    lane: 'slow',
    delaySeconds,
    task: {
      version: 1,
      tenantId,
      deliveryId,
      webhookId,
      sessionId,
      sequence,
      scope,
      attempt: attempts + 1,
      isReplay: true,
      ...(isOrdered !== undefined && { isOrdered }),
    },
  };
}
