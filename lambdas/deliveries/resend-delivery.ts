import { notFound } from '../../core/http/not-found.ts';
import type { Delivery } from '../../core/webhooks/delivery.ts';
import type { DeliveryLog } from '../../core/webhooks/delivery-log.ts';
import type { SendDeliveryTasks } from '../../core/webhooks/delivery-queue.ts';
import type { DeliveryRepository } from '../../core/webhooks/delivery-repository.ts';
import { replayTask, sweepGraceMs } from '../../core/webhooks/replay-task.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import { WharfError } from '../../core/wharf-error.ts';

export interface ResendParts {
  readonly deliveryLog: Pick<DeliveryLog, 'find'>;
  readonly deliveries: Pick<DeliveryRepository, 'requeue'>;
  readonly sendTasks: SendDeliveryTasks;
  readonly now: () => number;
}

/**
 * Sends one event to its webhook once more, at once: the same row and the same `webhook-id`, in place of a try that waits. Throws
 * `NOT_FOUND`, `WEBHOOK_DISABLED`, and `DELIVERY_UNDER_WAY` while a try is being made or the first one has not begun.
 */
export async function resendDelivery(
  webhook: Webhook,
  deliveryId: string,
  { deliveryLog, deliveries, sendTasks, now }: ResendParts,
): Promise<Delivery> {
  const { tenantId, webhookId } = webhook;
  if ((await deliveryLog.find(tenantId, webhookId, deliveryId)) === undefined) throw notFound('delivery');
  requireEnabled(webhook);
  const nowMs = now();
  const queued = await deliveries.requeue(
    { tenantId, deliveryId },
    { dueAtMs: nowMs, sweepAtMs: nowMs + sweepGraceMs },
  );
  if (queued === undefined) throw new WharfError('DELIVERY_UNDER_WAY');
  await sendTasks([replayTask(queued)]);
  return queued;
}

/** Nothing is sent to a webhook that is off, so that asking for it is a mistake. */
export function requireEnabled({ status }: Webhook): void {
  if (status !== 'enabled') throw new WharfError('WEBHOOK_DISABLED', { detail: 'Switch the webhook on first.' });
}
