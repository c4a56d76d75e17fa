import type * as z from 'zod/mini';
import type { Message } from '../../core/messages/message.ts';
import {
  type CalendarEvent,
  hasMedia,
  type Location,
  type MessageContent,
  type Product,
} from '../../core/messages/message-content.ts';
import { presentMedia } from '../shared/present-media.ts';
import type { message } from './schemas.ts';

type Shown = z.output<typeof message>;

/** A message as answered: every field is there, and `null` where its kind has none. */
export function presentMessage(row: Message): Shown {
  const { context } = row;
  return {
    messageId: row.messageId,
    sessionId: row.sessionId,
    direction: row.direction,
    status: row.status,
    failureReason: row.failureReason ?? null,
    waitingFor: (row.status === 'queued' && row.waitingFor) || null,
    waitingUntil: (row.status === 'queued' && row.waitingUntil) || null,
    chat: row.chat,
    from: row.from ?? null,
    to: row.to ?? null,
    ...presentContent(row.content, row.votes),
    replyTo: context?.replyTo ?? null,
    mentions: [...(context?.mentions ?? [])],
    mentionsAll: context?.mentionsAll === true,
    forwarded: context?.forwarded === true,
    viewOnce: context?.viewOnce === true,
    expiresInSeconds: context?.expiresInSeconds ?? null,
    reactions: Object.entries(row.reactions ?? {}).map(([from, emoji]) => ({ from, emoji })),
    createdAt: row.createdAt,
    sentAt: row.sentAt ?? null,
    deliveredAt: row.deliveredAt ?? null,
    readAt: row.readAt ?? null,
    playedAt: row.playedAt ?? null,
    editedAt: row.editedAt ?? null,
    deletedAt: row.deletedAt ?? null,
  };
}

type ContentFields = Pick<
  Shown,
  | 'type'
  | 'text'
  | 'caption'
  | 'media'
  | 'location'
  | 'contacts'
  | 'poll'
  | 'linkPreview'
  | 'choice'
  | 'invite'
  | 'event'
  | 'order'
  | 'product'
  | 'kind'
>;

function presentContent(content: MessageContent, votes: Message['votes']): ContentFields {
  const none = {
    type: content.type,
    text: null,
    caption: null,
    media: null,
    location: null,
    contacts: null,
    poll: null,
    linkPreview: null,
    choice: null,
    invite: null,
    event: null,
    order: null,
    product: null,
    kind: null,
  };
  if (hasMedia(content)) return { ...none, media: presentMedia(content.media), caption: content.caption ?? null };
  switch (content.type) {
    case 'text': {
      const { text, linkPreview, choice = null } = content;
      if (linkPreview === undefined) return { ...none, text, choice };
      return { ...none, text, choice, linkPreview: { ...linkPreview, description: linkPreview.description ?? null } };
    }
    case 'location':
      return { ...none, location: presentLocation(content.location) };
    case 'contacts':
      return {
        ...none,
        contacts: content.contacts.map(({ phones, organization, ...card }) => {
          return { ...card, phones: [...phones], organization: organization ?? null };
        }),
      };
    case 'poll':
      return { ...none, poll: presentPoll(content.poll, votes) };
    case 'group_invite': {
      const invite = { ...content.invite, expiresAt: content.invite.expiresAt ?? null };
      return { ...none, invite, caption: content.caption ?? null };
    }
    case 'event':
      return { ...none, event: presentEvent(content.event) };
    case 'order': {
      const { title, message, total, currency, ...order } = content.order;
      const described = { title: title ?? null, message: message ?? null };
      return { ...none, order: { ...order, ...described, total: total ?? null, currency: currency ?? null } };
    }
    case 'product':
      return { ...none, product: presentProduct(content.product), caption: content.caption ?? null };
    case 'unsupported':
      return { ...none, kind: content.kind };
    default:
      return none;
  }
}

function presentLocation(location: Location): NonNullable<Shown['location']> {
  const { name, address, live } = location;
  return { ...location, name: name ?? null, address: address ?? null, live: live === true };
}

function presentEvent({ description, startsAt, endsAt, location, joinUrl, ...event }: CalendarEvent) {
  return {
    ...event,
    description: description ?? null,
    startsAt: startsAt ?? null,
    endsAt: endsAt ?? null,
    location: location === undefined ? null : presentLocation(location),
    joinUrl: joinUrl ?? null,
  };
}

function presentProduct({ description, retailerId, price, currency, url, ...product }: Product) {
  return {
    ...product,
    description: description ?? null,
    retailerId: retailerId ?? null,
    price: price ?? null,
    currency: currency ?? null,
    url: url ?? null,
  };
}

function presentPoll(
  { question, options, selectableCount }: Extract<MessageContent, { readonly type: 'poll' }>['poll'],
  votes: Message['votes'] = {},
): NonNullable<Shown['poll']> {
  const cast = Object.entries(votes).map(([from, chosen]) => ({ from, options: [...chosen] }));
  return { question, options: [...options], selectableCount, votes: cast };
}
