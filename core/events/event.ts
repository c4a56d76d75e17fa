import type { SessionStatus } from '../sessions/session-status.ts';

/** Names of all events that a webhook can subscribe to. */
export const eventTypes = [
  'message.received',
  'message.sent',
  'message.status',
  'message.media',
  'message.edited',
  'message.deleted',
  'message.reaction',
  'message.poll_vote',
  'status.change',
  'qr.updated',
  'group.updated',
  'group.participants',
  'call.received',
  'contact.updated',
  'contact.opted_out',
  'presence.updated',
  'webhook.failing',
  'webhook.recovered',
  'webhook.exhausted',
  'webhook.disabled',
  'webhook.test',
  'quota.warning',
  'quota.exceeded',
] as const;

export type EventType = (typeof eventTypes)[number];

/** Version of the webhook body's shape. */
export const apiVersion = '2026-11-01';

/**
 * What the connector (or the API) puts on the events queue. `id` is derived from the cause, so that the same cause published
 * twice is one event. FIFO: message group = `sessionId`, deduplication id = `id`.
 */
export interface EventEnvelope {
  readonly version: 1;
  readonly id: string;
  readonly type: EventType;
  readonly tenantId: string;
  readonly sessionId: string;
  /** When it happened, ISO 8601. */
  readonly timestamp: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, unknown>>;
  /** Only on `status.change`: also repeated at the top level of the webhook body. */
  readonly status?: SessionStatus;
  /** The request that caused it, if one did. */
  readonly requestId?: string;
  /** Meant for this webhook alone, whatever it subscribes to: a test. */
  readonly webhookId?: string;
}

/** The webhook body: serialised once, stored, signed and sent as those very bytes. */
export interface WebhookBody {
  readonly id: string;
  readonly type: EventType;
  /** The same as `type`: the name that the first clients read. */
  readonly event: EventType;
  readonly apiVersion: string;
  readonly timestamp: string;
  readonly sessionId: string;
  /** Grows by one per session. */
  readonly sequence: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly status?: SessionStatus;
}
