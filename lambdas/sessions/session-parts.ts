import type { ApiKeyRepository } from '../../core/accounts/api-key-repository.ts';
import type { SendCommand } from '../../core/commands/command-queue.ts';
import type { PublishEvent } from '../../core/events/publish-event.ts';
import type { WakeFleet } from '../../core/fleet/wake-fleet.ts';
import type { SessionRepository } from '../../core/sessions/session-repository.ts';
import type { Table } from '../../core/storage/table.ts';
import type { AllowedCidrs } from '../../core/webhooks/guard/address-policy.ts';
import type { NewWebhookParts } from '../../core/webhooks/new-webhook.ts';
import type { WebhookDirectory } from '../../core/webhooks/webhook-directory.ts';
import type { ApiLogger } from '../shared/api-event.ts';

/** What the work of this function needs; each piece of work names the part of it that it takes. */
export interface SessionParts {
  readonly control: Table;
  readonly sessions: SessionRepository;
  readonly keys: Pick<ApiKeyRepository, 'ofSession'>;
  readonly webhooks: WebhookDirectory;
  readonly newWebhook: NewWebhookParts;
  /** Where proxies of sessions may lie, and the ports of public ones. */
  readonly proxyRules: { readonly allowedCidrs: AllowedCidrs; readonly ports: readonly number[] };
  readonly shardCount: number;
  readonly sendCommand: SendCommand;
  readonly wakeFleet: WakeFleet;
  readonly publish: PublishEvent;
  readonly logger: Pick<ApiLogger, 'warn'>;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}
