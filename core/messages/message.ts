import type { Identity } from '../identity.ts';

/** Content of a message in either direction; the raw protocol object never leaves the connector. */
export type MessageContent =
  | { readonly type: 'text'; readonly text: string }
  /** A kind that Wharf does not model; `kind` is the protocol's own name for it. */
  | { readonly type: 'unsupported'; readonly kind: string };

export type MessageStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'received';

/** A message of a session, as stored and (without `tenantId`) as answered. */
export interface Message {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly messageId: string;
  readonly direction: 'inbound' | 'outbound';
  readonly chat: Identity;
  readonly from?: Identity;
  /** What the caller wrote in `to`; outbound only. */
  readonly to?: string;
  readonly content: MessageContent;
  readonly status: MessageStatus;
  /** Stable reason of `failed`, for example `not_on_whatsapp`. */
  readonly failureReason?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly sentAt?: string;
  readonly deliveredAt?: string;
  readonly readAt?: string;
  readonly requestId?: string;
  /** Unix seconds after which DynamoDB may remove the row. */
  readonly expiresAtSeconds: number;
}
