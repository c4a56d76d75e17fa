import type { Identity } from '../identity.ts';

/** A conversation as the connector saw it last. */
export interface Chat {
  readonly chatId: string;
  readonly identity: Identity;
  readonly kind: 'person' | 'group' | 'channel' | 'status';
  /** ISO 8601; of the newest shown message in either direction. */
  readonly lastMessageAt: string | null;
  readonly lastMessageId: string | null;
  /** When the other side wrote last; null when it never did. */
  readonly lastReceivedAt: string | null;
  readonly disappearingSeconds: number | null;
  readonly updatedAt: string;
}
