import type * as z from 'zod/mini';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import { accountScope } from '../../core/webhooks/webhook-repository.ts';
import type { webhook } from './schemas.ts';

/** A webhook as answered: its secrets stay where they are. */
export function presentWebhook(row: Webhook): z.output<typeof webhook> {
  return {
    id: row.webhookId,
    sessionId: row.scope === accountScope ? null : row.scope,
    url: row.url,
    events: [...row.events],
    status: row.status,
    disabledReason: row.disabledReason ?? null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
