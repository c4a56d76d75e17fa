import type { Identity } from '../identity.ts';
import type { WaitingReason } from '../sending/decide-send.ts';
import type { MediaSource } from './media.ts';
import type { MessageContent, MessageContext } from './message-content.ts';

export type { MessageContent };

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
  readonly context?: MessageContext;
  /** Made by the connector: the auto-reply, or the words for a rejected call. */
  readonly madeBy?: 'auto_reply' | 'call_reject';
  /** Outbound media only. */
  readonly mediaSource?: MediaSource;
  /** Of `mediaSource.kind` `inline`; taken away once the message is sent. */
  readonly mediaBytes?: Uint8Array;
  /** Text with preview: the connector looks the first link up. */
  readonly wantsLinkPreview?: boolean;
  /** Of a status post: who may see it, as E.164 or chat ids. */
  readonly audience?: readonly string[];
  /** Emoji by the id of who reacted; the newest of each. */
  readonly reactions?: Readonly<Record<string, string>>;
  readonly editedAt?: string;
  readonly deletedAt?: string;
  /** Chosen options by the id of who voted. */
  readonly votes?: Readonly<Record<string, readonly string[]>>;
  readonly status: MessageStatus;
  /** Stable reason of `failed`, for example `not_on_whatsapp`. */
  readonly failureReason?: string;
  /** Of a `queued` message that may not leave yet: why, and until when at least (ISO 8601; null while nobody knows). */
  readonly waitingFor?: WaitingReason;
  readonly waitingUntil?: string | null;
  /** The UTC day against whose limits the message was counted. */
  readonly countedDay?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly sentAt?: string;
  readonly deliveredAt?: string;
  readonly readAt?: string;
  readonly playedAt?: string;
  readonly requestId?: string;
  /** Unix seconds after which DynamoDB may remove the row. */
  readonly expiresAtSeconds: number;
}
