/**
 * A delivery is one event on its way to one webhook. It starts `pending`; a worker takes it to `sending`; a 2xx answer ends it
 * `succeeded`; any other outcome makes it `waiting` for its next try, or `exhausted` after the last. `aborted` (the receiver asked
 * to stop) and `disabled` (the webhook was switched off) are ends as well. Every move is a conditional write.
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
}

/** Message on the deliveries queue; the message group is the webhook id. */
export interface DeliveryTask {
  readonly version: 1;
  readonly tenantId: string;
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly sessionId: string;
  readonly sequence: number;
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
  readonly expiresAtSeconds: number;
}
