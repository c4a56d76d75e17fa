import type * as z from 'zod/mini';
import { externalIdOf } from '../../core/webhooks/external-id.ts';
import { liveSecrets } from '../../core/webhooks/new-secrets.ts';
import type { Webhook } from '../../core/webhooks/webhook.ts';
import { accountScope } from '../../core/webhooks/webhook-repository.ts';
import type { webhook } from './schemas.ts';

/** A webhook as answered: its secrets, and the values of its headers, stay where they are. */
export function presentWebhook(row: Webhook, nowMs = Date.now()): z.output<typeof webhook> {
  return {
    id: row.webhookId,
    sessionId: row.scope === accountScope ? null : row.scope,
    url: row.url,
    destination: presentDestination(row),
    events: [...row.events],
    sessions: row.sessions === undefined ? null : [...row.sessions],
    headerNames: [...(row.headers?.names ?? [])],
    ordered: row.ordered ?? false,
    description: row.description ?? null,
    status: row.status,
    disabledReason: row.disabledReason ?? null,
    signature: row.signature ?? 'v1',
    publicKeys: liveSecrets(row.secrets, nowMs).flatMap(({ publicKey }) => publicKey ?? []),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function presentDestination({ tenantId, url, destination }: Webhook): z.output<typeof webhook>['destination'] {
  if (destination === undefined) return { type: 'https', url };
  return { ...destination, externalId: externalIdOf(tenantId) };
}
