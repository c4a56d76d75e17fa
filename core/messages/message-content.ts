import type { Identity } from '../identity.ts';
import type { Media } from './media.ts';

export const mediaTypes = ['image', 'video', 'gif', 'audio', 'voice', 'document', 'sticker'] as const;
export type MediaType = (typeof mediaTypes)[number];

export interface LinkPreview {
  readonly url: string;
  readonly title: string;
  readonly description?: string;
}

export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  /** The sender shares where they are for a while; this is where they were first. */
  readonly live?: boolean;
}

export interface ContactCard {
  readonly name: string;
  /** Numbers as the card writes them. */
  readonly phones: readonly string[];
  readonly organization?: string | undefined;
  /** The card itself, at most 16 kB. */
  readonly vcard: string;
}

export interface Poll {
  readonly question: string;
  readonly options: readonly string[];
  /** How many options one person may choose; 0 means any number. */
  readonly selectableCount: number;
}

/** What was pressed in answer to a message with buttons or a list: `id` is what its sender called it. */
export interface Choice {
  readonly kind: 'button' | 'list' | 'template' | 'form';
  readonly id: string;
}

export interface GroupInvite {
  readonly groupId: string;
  readonly groupName: string;
  /** Joins the group once. */
  readonly code: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
}

/** An appointment. */
export interface CalendarEvent {
  readonly name: string;
  readonly description?: string;
  /** ISO 8601. */
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly location?: Location;
  /** Of a call. */
  readonly joinUrl?: string;
  readonly canceled: boolean;
}

/** A basket that a customer sent. Amounts are in units of the currency, at most three digits after the point. */
export interface Order {
  readonly id: string;
  readonly itemCount: number;
  readonly title?: string;
  readonly message?: string;
  readonly total?: number;
  /** ISO 4217. */
  readonly currency?: string;
}

/** An article of a catalogue. */
export interface Product {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  /** What the seller calls it. */
  readonly retailerId?: string;
  readonly price?: number;
  readonly currency?: string;
  readonly url?: string;
}

/** What a chat shows. The raw protocol object never leaves the connector. */
export type ShownContent =
  | { readonly type: 'text'; readonly text: string; readonly linkPreview?: LinkPreview; readonly choice?: Choice }
  | { readonly type: MediaType; readonly media: Media; readonly caption?: string }
  | { readonly type: 'location'; readonly location: Location }
  | { readonly type: 'contacts'; readonly contacts: readonly ContactCard[] }
  | { readonly type: 'poll'; readonly poll: Poll }
  | { readonly type: 'group_invite'; readonly invite: GroupInvite; readonly caption?: string }
  | { readonly type: 'event'; readonly event: CalendarEvent }
  | { readonly type: 'order'; readonly order: Order }
  | { readonly type: 'product'; readonly product: Product; readonly caption?: string }
  /** A kind that Wharf does not model; `kind` is the protocol's own name for it. */
  | { readonly type: 'unsupported'; readonly kind: string };

/** What changes a message that is there already. It travels as a message of its own, with an id of its own. */
export type ChangeContent =
  /** An empty `emoji` takes the reaction back. */
  | { readonly type: 'reaction'; readonly target: MessageTarget; readonly emoji: string }
  | { readonly type: 'edit'; readonly target: MessageTarget; readonly text: string }
  | { readonly type: 'delete'; readonly target: MessageTarget }
  /** `options` are the texts chosen; none takes the vote back. */
  | { readonly type: 'poll_vote'; readonly target: MessageTarget; readonly options: readonly string[] };

export type MessageContent = ShownContent | ChangeContent;

/** Names a message of the same chat. Ids are unique for a sender only. */
export interface MessageTarget {
  readonly messageId: string;
  readonly fromMe: boolean;
  /** Author in a group; null in a chat of two. */
  readonly from: Identity | null;
}

/** What accompanies a message's content. */
export interface MessageContext {
  readonly replyTo?: MessageTarget & { readonly text: string | null };
  readonly mentions?: readonly Identity[];
  readonly mentionsAll?: boolean;
  readonly forwarded?: boolean;
  readonly viewOnce?: boolean;
  /** The message disappears this long after it was sent. */
  readonly expiresInSeconds?: number;
}

const changeTypes: ReadonlySet<string> = new Set(['reaction', 'edit', 'delete', 'poll_vote']);

/** Whether a message changes another one instead of being shown itself. */
export function isChange(content: MessageContent): content is ChangeContent {
  return changeTypes.has(content.type);
}

/** Whether a message carries a medium. */
export function hasMedia(content: MessageContent): content is Extract<ShownContent, { readonly media: Media }> {
  return (mediaTypes as readonly string[]).includes(content.type);
}
