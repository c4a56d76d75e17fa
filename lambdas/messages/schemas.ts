import * as z from 'zod/mini';
import { pageQuery } from '../shared/paging.ts';
import { identity } from '../shared/schemas.ts';

const timestamp = z.string();
const nullable = <T extends z.ZodMiniType>(schema: T) => z.nullable(schema);

export const messageStatuses = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
  'received',
] as const;

export const queuedMessage = z.strictObject({
  messageId: z.string(),
  sessionId: z.string(),
  status: z.literal('queued'),
  to: z.string(),
  chat: identity,
  createdAt: timestamp,
});

/** Something that changes a message is on its way; it travels under an id of its own. */
export const queuedChange = z.strictObject({
  messageId: z.string(),
  changeId: z.string(),
  sessionId: z.string(),
  status: z.literal('queued'),
});

/** WhatsApp gives no answer to these; they are asked for, and that is all. */
export const askedOfChat = z.strictObject({ sessionId: z.string(), chatId: z.string(), asked: z.literal(true) });

export const messageMedia = z.strictObject({
  id: z.string(),
  mimeType: z.string(),
  size: nullable(z.int()),
  fileName: nullable(z.string()),
  sha256: nullable(z.string()),
  status: z.enum(['awaiting_upload', 'pending', 'available', 'failed']),
  failureReason: nullable(z.string()),
  width: nullable(z.int()),
  height: nullable(z.int()),
  durationSeconds: nullable(z.number()),
});

export const messageLocation = z.strictObject({
  latitude: z.number(),
  longitude: z.number(),
  name: nullable(z.string()),
  address: nullable(z.string()),
  live: z.boolean(),
});

export const contactCard = z.strictObject({
  name: z.string(),
  phones: z.array(z.string()),
  organization: nullable(z.string()),
  vcard: z.string(),
});

export const messagePoll = z.strictObject({
  question: z.string(),
  options: z.array(z.string()),
  selectableCount: z.int(),
  votes: z.array(z.strictObject({ from: z.string(), options: z.array(z.string()) })),
});

/** What was pressed in answer to buttons or a list. */
export const messageChoice = z.strictObject({ kind: z.enum(['button', 'list', 'template', 'form']), id: z.string() });

export const messageInvite = z.strictObject({
  groupId: z.string(),
  groupName: z.string(),
  code: z.string(),
  expiresAt: nullable(timestamp),
});

export const messageEvent = z.strictObject({
  name: z.string(),
  description: nullable(z.string()),
  startsAt: nullable(timestamp),
  endsAt: nullable(timestamp),
  location: nullable(messageLocation),
  joinUrl: nullable(z.string()),
  canceled: z.boolean(),
});

export const messageOrder = z.strictObject({
  id: z.string(),
  itemCount: z.int(),
  title: nullable(z.string()),
  message: nullable(z.string()),
  total: nullable(z.number()),
  currency: nullable(z.string()),
});

export const messageProduct = z.strictObject({
  id: z.string(),
  title: z.string(),
  description: nullable(z.string()),
  retailerId: nullable(z.string()),
  price: nullable(z.number()),
  currency: nullable(z.string()),
  url: nullable(z.string()),
});

export const messageReply = z.strictObject({
  messageId: z.string(),
  fromMe: z.boolean(),
  from: nullable(identity),
  text: nullable(z.string()),
});

export const message = z.strictObject({
  messageId: z.string(),
  sessionId: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  status: z.enum(messageStatuses),
  failureReason: nullable(z.string()),
  /** Why a `queued` message may not leave yet. */
  waitingFor: nullable(z.enum(['account_restricted', 'new_chat_budget', 'daily_limit'])),
  waitingUntil: nullable(timestamp),
  chat: identity,
  from: nullable(identity),
  to: nullable(z.string()),
  type: z.string(),
  text: nullable(z.string()),
  caption: nullable(z.string()),
  media: nullable(messageMedia),
  location: nullable(messageLocation),
  contacts: nullable(z.array(contactCard)),
  poll: nullable(messagePoll),
  linkPreview: nullable(z.strictObject({ url: z.string(), title: z.string(), description: nullable(z.string()) })),
  choice: nullable(messageChoice),
  invite: nullable(messageInvite),
  event: nullable(messageEvent),
  order: nullable(messageOrder),
  product: nullable(messageProduct),
  kind: nullable(z.string()),
  replyTo: nullable(messageReply),
  mentions: z.array(identity),
  mentionsAll: z.boolean(),
  forwarded: z.boolean(),
  viewOnce: z.boolean(),
  expiresInSeconds: nullable(z.int()),
  reactions: z.array(z.strictObject({ from: z.string(), emoji: z.string() })),
  createdAt: timestamp,
  sentAt: nullable(timestamp),
  deliveredAt: nullable(timestamp),
  readAt: nullable(timestamp),
  playedAt: nullable(timestamp),
  editedAt: nullable(timestamp),
  deletedAt: nullable(timestamp),
});

/** Messages of one chat, newest first. */
export const historyQuery = z.strictObject({
  ...pageQuery.shape,
  chatId: z.string().check(z.minLength(3), z.maxLength(80)),
});
