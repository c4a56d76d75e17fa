import type { EventType } from './event.ts';

/** How long an event can be read back and delivered, and its repeats are recognised. */
export const eventRetentionSeconds = 30 * 24 * 60 * 60;

/** An event of a session as it was accepted: one row per `sequence`, without gaps. */
export interface StoredEvent {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly sequence: number;
  readonly eventId: string;
  readonly eventType: EventType;
  /** The webhook body (`WebhookBody`) as text: these very bytes are signed and sent, at every try. */
  readonly body: string;
  readonly createdAt: string;
  readonly expiresAtSeconds: number;
}

/** Remembers that an event was accepted, and under which sequence. */
export interface EventSeen {
  readonly sessionId: string;
  readonly sequence: number;
  readonly createdAt: string;
  readonly expiresAtSeconds: number;
}
