/**
 * A delivery is one event on its way to one webhook. It starts `pending`; a worker takes it to `sending`; a 2xx answer ends it
 * `succeeded`; any other outcome makes it `waiting` for its next try, or `exhausted` after the last. `aborted` (the receiver asked
 * to stop) and `disabled` (the webhook was switched off or deleted) are ends as well. Every move is a conditional write.
 *
 * `sending` is a lease: its holder alone may move the row on, and when the holder has died the lease runs out and the same try is made
 * again, with the same `webhook-id`. A try that failed by a fault of ours is not counted.
 */
export type DeliveryState = 'pending' | 'sending' | 'waiting' | 'succeeded' | 'exhausted' | 'aborted' | 'disabled';

export interface Delivery {
  readonly tenantId: string;
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly sessionId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly sequence: number;
  readonly state: DeliveryState;
  /** Tries made so far. */
  readonly attempts: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAtSeconds: number;
  /** The request that caused the event, if one did: sent along with every try. */
  readonly requestId?: string;
  /** Scope of the webhook, so that its row is one read away. */
  readonly scope?: string;
  /** When a `waiting` delivery is tried again, ISO 8601. */
  readonly dueAt?: string;
  /** While `sending`: who holds the row, and until when (milliseconds since 1970). */
  readonly leaseId?: string;
  readonly leaseUntilMs?: number;
}

/** Message on the deliveries queue; the message group is the webhook id. */
export interface DeliveryTask {
  readonly version: 1;
  readonly tenantId: string;
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly sessionId: string;
  readonly sequence: number;
  /** The try that this message asks for, counted from 1; once that try has been made the message is stale. Absent: whichever is next. */
  readonly attempt?: number;
  /** The stored body of the event, carried along when it is small; absent, it is read. */
  readonly body?: string;
}

export type AttemptErrorKind = 'dns' | 'connect' | 'tls' | 'timeout' | 'blocked' | 'http';

/** One try of a delivery, as the tenant may read it. */
export interface DeliveryAttempt {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly statusCode?: number;
  readonly errorKind?: AttemptErrorKind;
  readonly errorMessage?: string;
  /** First bytes of the answer, at most 16 kB. */
  readonly responseHead?: string;
  /** Parts of the duration on a new connection, milliseconds; absent on a pooled one. */
  readonly phases?: { readonly dnsMs: number; readonly connectMs: number; readonly tlsMs?: number };
  readonly expiresAtSeconds: number;
}
