import type * as z from 'zod/mini';
import type { AuditAction } from '../../core/audit/audit-entry.ts';
import { notFound } from '../../core/http/not-found.ts';
import { releaseSlot } from '../../core/quotas/index.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import { hasEd25519, hasHmac, liveSecrets, newSecrets } from '../../core/webhooks/new-secrets.ts';
import type { SealedSecret, SignatureScheme, Webhook } from '../../core/webhooks/webhook.ts';
import { type WebhookChange, webhookDeletes, webhookUpdate } from '../../core/webhooks/webhook-directory.ts';
import { sealHeaders } from '../../core/webhooks/webhook-headers.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { getWebhook } from '../shared/get-webhook.ts';
import type { changeWebhookBody } from './schemas.ts';
import { type Caller, type WebhookParts, webhookNote } from './webhook-parts.ts';

export interface WebhookRequest extends Caller {
  readonly webhookId: string;
}

type Parts = Omit<WebhookParts, 'sessions' | 'publish' | 'logger'>;

/** Another writer is a worker that switches the webhook off, or a second click: seldom twice in a row. */
const roundsMax = 4;
/** How long a secret goes on signing whose kind is given up. */
const changeOverlapMs = 24 * 60 * 60 * 1_000;

/**
 * Reads a webhook, asks what is to change, and writes that with its entry in the trail; anew when somebody else wrote in between. No
 * change writes nothing. Throws `NOT_FOUND` and `CONFLICT`.
 */
export async function writeChange(
  request: WebhookRequest,
  deed: {
    readonly action: Extract<AuditAction, `webhook.${string}`>;
    readonly details?: Readonly<Record<string, string>>;
    readonly change: (webhook: Webhook) => Promise<WebhookChange | undefined>;
  },
  parts: Parts,
): Promise<Webhook> {
  const { tableName, dynamodb } = parts.control;
  const { webhookId } = request;
  const details = deed.details === undefined ? {} : { details: deed.details };
  for (let round = 0; round < roundsMax; round++) {
    const webhook = await getWebhook(request.principal, webhookId, parts.webhooks);
    const change = await deed.change(webhook);
    if (change === undefined) return webhook;
    const { item, changed } = webhookUpdate(tableName, webhook, change, parts.now());
    const trail = parts.audit.entryItem(webhookNote(deed.action, request, { webhookId, ...details }));
    if ((await runTransaction(dynamodb, [item, trail])) === undefined) return changed;
  }
  throw new WharfError('CONFLICT', { detail: 'The webhook keeps being changed by other requests.' });
}

/** Changes what a webhook is; fields that are left out stay. Throws `WEBHOOK_URL_FORBIDDEN`, `NOT_FOUND` and `CONFLICT`. */
export async function changeWebhook(
  request: WebhookRequest & { readonly body: z.output<typeof changeWebhookBody> },
  parts: Parts,
): Promise<Webhook> {
  const { url, destination, headers, signature, sessions, ...plain } = request.body;
  if (url !== undefined) await parts.checkUrl(url);
  const change = async (webhook: Webhook): Promise<WebhookChange> => {
    const isOfSession = webhook.scope.startsWith('ses_');
    if (isOfSession && sessions !== undefined) refuse('/sessions', 'Only a webhook of the account has sessions.');
    const staysAws = url === undefined && (destination ?? webhook.destination) !== undefined;
    if (staysAws && headers !== undefined) refuse('/headers', 'Headers are for https alone.');
    return {
      ...plain,
      sessions,
      ...((url ?? destination) !== undefined && { lane: null }),
      ...(url !== undefined && { url, destination: null }),
      ...(destination !== undefined && {
        destination,
        url: destination.type === 'sqs' ? destination.queueUrl : destination.busArn,
        headers: null,
      }),
      ...(headers !== undefined && { headers: (await sealHeaders(headers, webhook, parts.sealer)) ?? null }),
      ...(signature !== undefined && { signature, secrets: await secretsFor(signature, webhook, parts) }),
    };
  };
  const details = namesOf(request.body);
  const changed = await writeChange(request, { action: 'webhook.changed', details, change }, parts);
  if (url !== undefined || destination !== undefined) await parts.forgetHealth(changed.tenantId, changed.webhookId);
  return changed;
}

/**
 * Switches a webhook on or off. What was on its way ends `disabled` while it is off, and comes again by `…/recover`; it is forgotten how
 * the receiver fared before.
 */
export async function switchWebhook(
  request: WebhookRequest,
  status: Webhook['status'],
  parts: Parts,
): Promise<Webhook> {
  const change = async (webhook: Webhook): Promise<WebhookChange | undefined> => {
    if (webhook.status === status) return undefined;
    return status === 'enabled'
      ? { status, disabledReason: null, lane: null }
      : { status, disabledReason: 'by_request' };
  };
  const changed = await writeChange(request, { action: 'webhook.changed', details: { status }, change }, parts);
  if (status === 'enabled') await parts.forgetHealth(changed.tenantId, changed.webhookId);
  return changed;
}

/** Deletes a webhook and gives its place in the plan back. Its deliveries end `disabled` when their turn comes. Throws `NOT_FOUND`. */
export async function deleteWebhook(request: WebhookRequest, parts: Parts): Promise<void> {
  const { tableName, dynamodb } = parts.control;
  const webhook = await getWebhook(request.principal, request.webhookId, parts.webhooks);
  const { tenantId, scope, webhookId } = webhook;
  const refusal = await runTransaction(dynamodb, [
    ...webhookDeletes(tableName, webhook, 'is-there'),
    releaseSlot({ tableName, tenantId, quota: { webhooksOf: scope } }),
    parts.audit.entryItem(webhookNote('webhook.deleted', request, { webhookId })),
  ]);
  if (refusal !== undefined) throw notFound('webhook');
}

/** The secrets of another scheme: what is missing is made, and what is given up signs for another day. */
async function secretsFor(
  scheme: SignatureScheme,
  webhook: Webhook,
  { sealer, now }: Pick<Parts, 'sealer' | 'now'>,
): Promise<readonly SealedSecret[]> {
  const nowMs = now();
  const live = liveSecrets(webhook.secrets, nowMs);
  const isKey = ({ publicKey }: SealedSecret) => publicKey !== undefined;
  const lasting = live.filter(({ expiresAt }) => expiresAt === undefined);
  const lacksKey = hasEd25519(scheme) && !lasting.some(isKey);
  const lacksSecret = hasHmac(scheme) && !lasting.some((secret) => !isKey(secret));
  const missing = lacksKey ? (lacksSecret ? 'both' : 'v1a') : lacksSecret ? 'v1' : undefined;
  const made =
    missing === undefined
      ? []
      : (await newSecrets(missing, webhook, { at: new Date(nowMs).toISOString(), sealer })).secrets;
  const end = new Date(nowMs + changeOverlapMs).toISOString();
  const kept = live.map((secret) =>
    (isKey(secret) ? hasEd25519(scheme) : hasHmac(scheme)) || secret.expiresAt !== undefined
      ? secret
      : { ...secret, expiresAt: end },
  );
  return [...made, ...kept];
}

function refuse(pointer: string, message: string): never {
  throw new WharfError('VALIDATION_FAILED', { detail: `${pointer}: ${message}`, errors: [{ pointer, message }] });
}

/** Which fields, never what is in them: a URL may hold a token. */
function namesOf(body: object): Readonly<Record<string, string>> {
  return { fields: Object.keys(body).join(' ') };
}
