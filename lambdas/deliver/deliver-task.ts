import type { Sealer } from '../../core/sealing/sealer.ts';
import type { Delivery, DeliveryTask } from '../../core/webhooks/delivery.ts';
import type { SendDeliveryTasks } from '../../core/webhooks/delivery-queue.ts';
import type { DeliveryRepository, Lease } from '../../core/webhooks/delivery-repository.ts';
import type { GuardedOutcome, GuardedRequest } from '../../core/webhooks/guard/index.ts';
import { webhookSecretContext } from '../../core/webhooks/secret.ts';
import { signWebhook } from '../../core/webhooks/signature.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import type { WebhookReader } from '../../core/webhooks/webhook-repository.ts';
import { toAttempt } from './attempt-record.ts';
import { isOurFault, judgeOutcome, type Verdict } from './judge-outcome.ts';
import type { ReadEventBody } from './read-event-body.ts';

export interface DeliverPorts {
  readonly deliveries: Pick<DeliveryRepository, 'claim' | 'writeAttempt' | 'finish'>;
  readonly webhooks: Pick<WebhookReader, 'find' | 'disable'>;
  readonly readEventBody: ReadEventBody;
  readonly sealer: Pick<Sealer, 'open'>;
  readonly post: (request: GuardedRequest) => Promise<GuardedOutcome>;
  readonly sendTasks: SendDeliveryTasks;
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

export type DeliverResult =
  | {
      readonly kind: 'attempted';
      readonly attempt: number;
      readonly state: Verdict['state'];
      readonly durationMs: number;
      readonly statusCode?: number;
      readonly errorKind?: string;
      /** False when the lease ran out meanwhile: another worker makes or made the same try. */
      readonly isKept: boolean;
    }
  | { readonly kind: 'dropped'; readonly reason: 'stale' | 'webhook-off' };

/** The task must come again later: a fault of ours, or another worker has the delivery. No try is counted. */
export class DeliveryPostponedError extends Error {
  override readonly name = 'DeliveryPostponedError';
}

/** SQS delays no message for longer; the sweep wakes what waits longer. */
const queueDelaySecondsMax = 900;
/** A waiting row that its message should have woken is swept after this grace. */
const sweepGraceMs = 5 * 60_000;
const userAgent = 'Wharf/1 (webhooks)';

/**
 * Makes one try of a delivery. Claim the row; read body and webhook; sign; post; write the attempt; move the row; for a short wait put
 * the next task on the queue. A crash after the post leaves the lease to run out and the same try is made again, under the same
 * `webhook-id`. A crash after the move loses the message at most, and the due index on the row wakes it.
 *
 * Rejects for every fault of ours; the record then comes back by itself.
 */
export async function deliverTask(task: DeliveryTask, ports: DeliverPorts): Promise<DeliverResult> {
  const claim = await ports.deliveries.claim(task);
  if (claim.kind === 'stale') return { kind: 'dropped', reason: 'stale' };
  if (claim.kind === 'busy') throw new DeliveryPostponedError('Another worker holds the delivery.');
  const { delivery, lease } = claim;
  const place = placeOf(delivery);
  const [webhook, body] = await Promise.all([ports.webhooks.find(place), task.body ?? ports.readEventBody(task)]);
  if (webhook === undefined || webhook.status !== 'enabled') {
    await ports.deliveries.finish(delivery, lease, { state: 'disabled', isCounted: false });
    return { kind: 'dropped', reason: 'webhook-off' };
  }
  const startedAtMs = ports.now();
  const outcome = await ports.post(await toRequest({ delivery, webhook, body, ports }));
  if (isOurFault(outcome)) throw new DeliveryPostponedError(outcome.message);
  return settle({ task, delivery, lease, outcome, startedAtMs, ports });
}

async function settle(input: {
  readonly task: DeliveryTask;
  readonly delivery: Delivery;
  readonly lease: Lease;
  readonly outcome: GuardedOutcome;
  readonly startedAtMs: number;
  readonly ports: DeliverPorts;
}): Promise<DeliverResult> {
  const { task, delivery, lease, outcome, ports } = input;
  const { attempt } = lease;
  const nowMs = ports.now();
  const verdict = judgeOutcome({ outcome, attemptsMade: attempt, nowMs, random: ports.random() });
  const row = toAttempt({ deliveryId: delivery.deliveryId, attempt, startedAtMs: input.startedAtMs, outcome });
  await ports.deliveries.writeAttempt(delivery.tenantId, row);
  if (verdict.state === 'disabled') await ports.webhooks.disable(placeOf(delivery), 'gone');
  const isKept = await ports.deliveries.finish(delivery, lease, toMove(verdict, nowMs));
  if (isKept && verdict.state === 'waiting' && verdict.delaySeconds <= queueDelaySecondsMax) {
    const delaySeconds = Math.ceil(verdict.delaySeconds);
    await ports.sendTasks([
      { task: { ...task, attempt: attempt + 1 }, delaySeconds: Math.min(delaySeconds, queueDelaySecondsMax) },
    ]);
  }
  return {
    kind: 'attempted',
    attempt,
    state: verdict.state,
    durationMs: outcome.durationMs,
    ...(outcome.kind === 'answer' ? { statusCode: outcome.statusCode } : { errorKind: outcome.errorKind }),
    isKept,
  };
}

function toMove(verdict: Verdict, nowMs: number) {
  if (verdict.state !== 'waiting') return { state: verdict.state, isCounted: true };
  const dueAtMs = nowMs + verdict.delaySeconds * 1_000;
  const sweepAtMs = verdict.delaySeconds <= queueDelaySecondsMax ? dueAtMs + sweepGraceMs : dueAtMs;
  return {
    state: verdict.state,
    isCounted: true,
    dueAt: new Date(dueAtMs).toISOString(),
    sweepAt: new Date(sweepAtMs).toISOString(),
  };
}

async function toRequest(input: {
  readonly delivery: Delivery;
  readonly webhook: Webhook;
  readonly body: string;
  readonly ports: DeliverPorts;
}): Promise<GuardedRequest> {
  const { delivery, webhook, ports } = input;
  const body = Buffer.from(input.body);
  const timestampSeconds = Math.floor(ports.now() / 1_000);
  const secrets = await openSecrets(webhook, ports);
  return {
    url: webhook.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': userAgent,
      'webhook-id': delivery.eventId,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signWebhook({ id: delivery.eventId, timestampSeconds, body, secrets }),
      'x-wharf-delivery-id': delivery.deliveryId,
      ...(delivery.requestId !== undefined && { 'x-wharf-request-id': delivery.requestId }),
    },
    body,
  };
}

async function openSecrets(webhook: Webhook, ports: DeliverPorts): Promise<string[]> {
  const nowIso = new Date(ports.now()).toISOString();
  const live = webhook.secrets.filter((secret) => secret.expiresAt === undefined || secret.expiresAt > nowIso);
  const context = webhookSecretContext(webhook.webhookId);
  const opened = await Promise.all(live.map(({ sealed }) => ports.sealer.open(webhook.tenantId, sealed, context)));
  return opened.map((secret) => Buffer.from(secret).toString('utf8'));
}

function placeOf({ tenantId, webhookId, scope, sessionId }: Delivery) {
  return { tenantId, webhookId, scope: scope ?? sessionId };
}
