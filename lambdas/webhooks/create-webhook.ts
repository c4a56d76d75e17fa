import type * as z from 'zod/mini';
import { notFound } from '../../core/http/not-found.ts';
import { claimSlot, quotaEvents, quotaExceeded, readSlot, type Slot, slotState } from '../../core/quotas/index.ts';
import type { Session } from '../../core/sessions/session.ts';
import { sessionCheck } from '../../core/sessions/session-repository.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import { newWebhookWith } from '../../core/webhooks/new-webhook.ts';
import type { AwsDestination, Webhook } from '../../core/webhooks/webhook.ts';
import { webhookPuts } from '../../core/webhooks/webhook-directory.ts';
import { accountScope } from '../../core/webhooks/webhook-repository.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { createWebhookBody } from './schemas.ts';
import { type Caller, type WebhookParts, webhookNote } from './webhook-parts.ts';

export interface CreateWebhookRequest extends Caller {
  /** The same one in every attempt at one `Idempotency-Key`. */
  readonly webhookId: string;
  /** Absent: a webhook of the account. */
  readonly session?: Session;
  readonly body: z.output<typeof createWebhookBody>;
}

/** Where the parts of the transaction stand, for the one that refuses it. */
const claimAt = 0;
const sessionAt = 1;

/**
 * Creates a webhook within the plan; its secret is shown this once. An attempt that finds the webhook of an attempt before it, whose
 * answer nobody got, gives it a new secret. Throws `WEBHOOK_URL_FORBIDDEN`, `QUOTA_WEBHOOKS_EXCEEDED`, and `NOT_FOUND` when the
 * session was deleted meanwhile.
 */
export async function createWebhook(
  request: CreateWebhookRequest,
  parts: WebhookParts,
): Promise<{ readonly webhook: Webhook; readonly secret: string | null }> {
  const { principal, session } = request;
  const { tenantId, plan } = principal;
  const { tableName, dynamodb } = parts.control;
  const scope = session?.sessionId ?? accountScope;
  const { url, destination, ...options } = request.body;
  const made = await newWebhookWith(
    {
      ...options,
      tenantId,
      scope,
      webhookId: request.webhookId,
      url: url ?? targetOf(destination),
      destination,
      at: new Date(parts.now()).toISOString(),
    },
    parts,
  );
  const slot: Slot = { tableName, tenantId, quota: { webhooksOf: scope } };
  const limit = plan.webhooksPerSession;
  const before = await readSlot(dynamodb, slot, limit);
  const refusal = await runTransaction(dynamodb, [
    claimSlot(slot, limit),
    ...(session === undefined ? [] : [sessionCheck(tableName, session)]),
    ...webhookPuts(tableName, made.webhook),
    parts.audit.entryItem(webhookNote('webhook.created', request, { webhookId: made.webhook.webhookId })),
  ]);
  if (refusal === undefined) {
    await tellQuota({ request, slot, limit, used: before.used }, parts);
    return made;
  }
  // Its own earlier attempt holds a place already, perhaps the last one.
  if (await replaceOwn(made.webhook, parts)) return made;
  if (refusal.index === claimAt) throw quotaExceeded(slotState(slot, limit, refusal.item));
  if (refusal.index === sessionAt && session !== undefined) throw notFound('session');
  throw new WharfError('CONFLICT', { detail: 'The webhook was changed by another request.' });
}

/** Puts a webhook in the place of the one under its id, if there is one; as many rows as before, so that their count stays right. */
async function replaceOwn(webhook: Webhook, { webhooks, control }: WebhookParts): Promise<boolean> {
  const { tenantId, webhookId } = webhook;
  if ((await webhooks.find(tenantId, webhookId)) === undefined) return false;
  const refusal = await runTransaction(control.dynamodb, webhookPuts(control.tableName, webhook, 'replaces'));
  return refusal === undefined;
}

function targetOf(destination: AwsDestination | undefined): string {
  if (destination === undefined) throw new Error('A webhook leads nowhere.');
  return destination.type === 'sqs' ? destination.queueUrl : destination.busArn;
}

/** An event that is lost is only a warning that comes too late, so that no request fails for it. */
async function tellQuota(
  use: {
    readonly request: CreateWebhookRequest;
    readonly slot: Slot;
    readonly limit: number;
    readonly used: number;
  },
  { control, publish, logger, now }: WebhookParts,
): Promise<void> {
  const { session, requestId } = use.request;
  if (session === undefined) return;
  try {
    const state = await readSlot(control.dynamodb, use.slot, use.limit);
    const { tenantId, sessionId, metadata } = session;
    const events = quotaEvents({
      tenantId,
      sessionId,
      metadata,
      before: use.used,
      state,
      atMs: now(),
      requestId,
    });
    await Promise.all(events.map(publish));
  } catch (error) {
    logger.warn('quota event not published', { err: error, requestId, tenantId: session.tenantId });
  }
}
