import type { AuditAction, AuditNote } from '../../core/audit/audit-entry.ts';
import type { AuditTrail } from '../../core/audit/audit-trail.ts';
import type { PublishEvent } from '../../core/events/publish-event.ts';
import type { Sealer } from '../../core/sealing/sealer.ts';
import type { SessionRepository } from '../../core/sessions/session-repository.ts';
import type { Table } from '../../core/storage/table.ts';
import type { WebhookDirectory } from '../../core/webhooks/webhook-directory.ts';
import type { ApiLogger } from '../shared/api-event.ts';
import type { ApiRequest } from '../shared/operation.ts';

/** What the work on webhooks needs; each piece of work names the part of it that it takes. */
export interface WebhookParts {
  readonly control: Table;
  readonly webhooks: WebhookDirectory;
  readonly sessions: Pick<SessionRepository, 'find'>;
  readonly sealer: Sealer;
  /** `checkWebhookUrl` of the connection guard. */
  readonly checkUrl: (url: string) => Promise<void>;
  /** Takes back what deliver has learned of a receiver: its breaker, its lane, since when it fails. */
  readonly forgetHealth: (tenantId: string, webhookId: string) => Promise<void>;
  readonly audit: Pick<AuditTrail, 'append' | 'entryItem'>;
  readonly publish: PublishEvent;
  readonly logger: Pick<ApiLogger, 'warn'>;
  readonly now: () => number;
}

/** Who asks, and from where. */
export type Caller = Pick<ApiRequest<unknown, unknown, 'webhooks:manage'>, 'principal' | 'client' | 'requestId'>;

/** What the trail of the account tells of something done to a webhook. */
export function webhookNote(
  action: Extract<AuditAction, `webhook.${string}`>,
  { principal, client, requestId }: Caller,
  { webhookId, details }: { readonly webhookId: string; readonly details?: Readonly<Record<string, string>> },
): AuditNote {
  const { tenantId, kind } = principal;
  return {
    tenantId,
    action,
    actor: { kind, id: principal.kind === 'user' ? principal.userId : principal.keyId },
    subjectId: webhookId,
    ...(details !== undefined && { details }),
    ...client,
    requestId,
  };
}
