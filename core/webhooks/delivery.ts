import type { DeliveryState } from './delivery-state.ts';

export type { DeliveryState } from './delivery-state.ts';

/** One event on its way to one webhook. Its states are described in `delivery-state.ts`. */
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
  /** How many of them were asked for by hand, and so are not counted against the schedule. */
  readonly manualAttempts?: number;
  /** The next try was asked for by hand. */
  readonly isManual?: boolean;
  /** Times since the last counted try that our own way out was to blame. */
  readonly ourFaults?: number;
  /** Waits for its turn: the earlier events of its session go first. */
  readonly isOrdered?: boolean;
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

/** Message on a deliveries queue; see `groupOf` for its message group. */
export interface DeliveryTask {
  readonly version: 1;
  readonly tenantId: string;
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly sessionId: string;
  readonly sequence: number;
  /** Scope of the webhook, so that its row is one read away. */
  readonly scope: string;
  /** The try that this message asks for, counted from 1; once that try has been made the message is stale. Absent: whichever is next. */
  readonly attempt?: number;
  readonly isOrdered?: boolean;
  /** Replayed by hand: it goes beside the live traffic, at a rate of its own. */
  readonly isReplay?: boolean;
  /** When this replay may be made, once it was booked; milliseconds since 1970. */
  readonly replayAtMs?: number;
  /** How often deliver has put this task on its own queue since something else did. */
  readonly hops?: number;
  /** The stored body of the event, carried along when it is small; absent, it is read. */
  readonly body?: string;
}

export type AttemptErrorKind = 'dns' | 'connect' | 'tls' | 'timeout' | 'blocked' | 'http';

export type AttemptOutcome = '2xx' | '3xx' | '4xx' | '5xx' | 'no-answer';

/** One try of a delivery, as the tenant may read it. */
export interface DeliveryAttempt {
  readonly tenantId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
  readonly sessionId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** Counted from 1 within the delivery. */
  readonly attempt: number;
  /** Asked for by hand, so not counted against the schedule. */
  readonly isManual?: boolean;
  readonly startedAt: string;
  readonly durationMs: number;
  /** Class of the status. */
  readonly outcome: AttemptOutcome;
  readonly statusCode?: number;
  /** Absent when the receiver took the event. */
  readonly errorKind?: AttemptErrorKind;
  readonly errorMessage?: string;
  /** First bytes of the answer, at most 16 kB; base64 when they are not UTF-8. */
  readonly responseHead?: string;
  readonly responseEncoding?: 'utf8' | 'base64';
  /** Parts of the duration; the first three only on a new connection. */
  readonly phases?: AttemptPhases;
  /** The request that caused the event, if one did. */
  readonly requestId?: string;
  readonly expiresAtSeconds: number;
}

export interface AttemptPhases {
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  /** From the request's first byte sent to the answer's first byte. */
  readonly ttfbMs?: number;
}
