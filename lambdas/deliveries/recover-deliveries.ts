import type * as z from 'zod/mini';
import { eventRetentionSeconds } from '../../core/events/stored-event.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { DeliveryLog } from '../../core/webhooks/delivery-log.ts';
import { progressOf, type Recovery } from '../../core/webhooks/recovery/recovery.ts';
import type { RecoveryRepository } from '../../core/webhooks/recovery/recovery-repository.ts';
import { type StepParts, stepRecovery } from '../../core/webhooks/recovery/step-recovery.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { requireEnabled } from './resend-delivery.ts';
import type { recoverBody, recovery } from './schemas.ts';

export interface RecoverParts extends StepParts {
  readonly recoveries: RecoveryRepository;
  readonly deliveryLog: DeliveryLog;
}

/** The caller waits for the first step, so that it is a small one; most windows hold less. */
const firstStepMax = 100;

/**
 * Makes a job that sends the deliveries of a window once more, and takes its first step. Throws `WEBHOOK_DISABLED`, and
 * `RECOVERY_RUNNING` while the webhook has another one.
 */
export async function recoverDeliveries(
  webhook: Webhook,
  { recoveryId, body }: { readonly recoveryId: string; readonly body: z.output<typeof recoverBody> },
  parts: RecoverParts,
): Promise<Recovery> {
  const { tenantId, webhookId, scope } = webhook;
  requireEnabled(webhook);
  const existing = await parts.recoveries.find({ tenantId, webhookId, recoveryId });
  if (existing !== undefined) return existing;
  const nowMs = parts.now();
  const at = new Date(nowMs).toISOString();
  const job: Recovery = {
    tenantId,
    webhookId,
    scope,
    recoveryId,
    state: 'running',
    since: utc(body.since),
    until: body.until === undefined ? at : utc(body.until),
    states: body.statuses,
    scanned: 0,
    recovered: 0,
    nextDueMs: nowMs,
    steps: 0,
    leaseUntilMs: 0,
    createdAt: at,
    updatedAt: at,
    expiresAtSeconds: Math.floor(nowMs / 1_000) + eventRetentionSeconds,
  };
  if (!(await parts.recoveries.create(job))) {
    throw new WharfError('RECOVERY_RUNNING', { detail: 'Wait until the job that is running has ended.' });
  }
  return stepRecovery(job, parts, { recoveredMax: firstStepMax });
}

/** Throws `NOT_FOUND`. */
export async function getRecovery(
  { tenantId, webhookId }: Webhook,
  recoveryId: string,
  { recoveries }: Pick<RecoverParts, 'recoveries'>,
): Promise<Recovery> {
  const job = await recoveries.find({ tenantId, webhookId, recoveryId });
  if (job === undefined) throw notFound('recovery');
  return job;
}

export function presentRecovery(job: Recovery): z.output<typeof recovery> {
  return {
    id: job.recoveryId,
    webhookId: job.webhookId,
    status: job.state,
    since: job.since,
    until: job.until,
    statuses: [...job.states],
    progress: progressOf(job),
    scanned: job.scanned,
    recovered: job.recovered,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
  };
}

/** Moments are compared as text. */
export function utc(moment: string): string {
  return new Date(moment).toISOString();
}
