import type * as z from 'zod/mini';
import { liveSecrets, newSecrets, rotated } from '../../core/webhooks/new-secrets.ts';
import { webhookSecretContext } from '../../core/webhooks/secret.ts';
import type { SealedSecret, Webhook } from '../../core/webhooks/webhook.ts';
import { getWebhook } from '../shared/get-webhook.ts';
import { type WebhookRequest, writeChange } from './change-webhook.ts';
import type { webhookSecret } from './schemas.ts';
import { type WebhookParts, webhookNote } from './webhook-parts.ts';

type Parts = Omit<WebhookParts, 'sessions' | 'publish' | 'logger'>;
type Shown = z.output<typeof webhookSecret>;

const hourMs = 60 * 60 * 1_000;

/**
 * Gives a webhook a new secret (and a new key pair, if it signs as v1a). Those before it go on signing until the overlap ends, at most
 * three in all. Throws `NOT_FOUND` and `CONFLICT`.
 */
export async function rotateSecret(
  request: WebhookRequest & { readonly overlapHours: number },
  parts: Parts,
): Promise<Shown> {
  const webhook = await writeChange(
    request,
    {
      action: 'webhook.secret_rotated',
      details: { overlapHours: String(request.overlapHours) },
      change: async (row) => {
        const nowMs = parts.now();
        const at = new Date(nowMs).toISOString();
        const { secrets } = await newSecrets(row.signature ?? 'v1', row, { at, sealer: parts.sealer });
        return { secrets: rotated(row.secrets, secrets, { nowMs, overlapMs: request.overlapHours * hourMs }) };
      },
    },
    parts,
  );
  return showSecrets(webhook, parts);
}

/** Shows the secrets of a webhook again, and says so in the trail before it does. Throws `NOT_FOUND`. */
export async function revealSecret(request: WebhookRequest, parts: Parts): Promise<Shown> {
  const webhook = await getWebhook(request.principal, request.webhookId, parts.webhooks);
  await parts.audit.append(webhookNote('webhook.secret_revealed', request, { webhookId: request.webhookId }));
  return showSecrets(webhook, parts);
}

/** Private halves of key pairs stay sealed: nobody but Wharf signs with them. */
async function showSecrets(webhook: Webhook, { sealer, now }: Pick<Parts, 'sealer' | 'now'>): Promise<Shown> {
  const open = async ({ sealed, publicKey, expiresAt }: SealedSecret) => {
    if (publicKey !== undefined) return { secret: null, publicKey, expiresAt };
    const opened = await sealer.open(webhook.tenantId, sealed, webhookSecretContext(webhook.webhookId));
    return { secret: Buffer.from(opened).toString(), publicKey: null, expiresAt };
  };
  const shown = await Promise.all(liveSecrets(webhook.secrets, now()).map(open));
  const lasting = shown.filter(({ expiresAt }) => expiresAt === undefined);
  return {
    id: webhook.webhookId,
    secret: lasting.find(({ secret }) => secret !== null)?.secret ?? null,
    publicKey: lasting.find(({ publicKey }) => publicKey !== null)?.publicKey ?? null,
    previous: shown.flatMap(({ expiresAt, ...one }) => (expiresAt === undefined ? [] : [{ ...one, expiresAt }])),
  };
}
