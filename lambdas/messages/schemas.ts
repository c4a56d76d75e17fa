import * as z from 'zod/mini';

const timestamp = z.string();

/** WhatsApp's own limit for a text. */
const textLengthMax = 65_536;

export const identity = z.strictObject({
  /** The stable one to store. */
  id: z.string(),
  phone: z.nullable(z.string()),
  lid: z.nullable(z.string()),
  name: z.nullable(z.string()),
});

export const sendMessageBody = z.strictObject({
  /** A phone number with country code in any writing, or a chat id. */
  to: z.string().check(z.minLength(1), z.maxLength(80)),
  type: z.optional(z.literal('text')),
  text: z.string().check(z.minLength(1), z.maxLength(textLengthMax)),
});

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

export const message = z.strictObject({
  messageId: z.string(),
  sessionId: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  status: z.enum(messageStatuses),
  failureReason: z.nullable(z.string()),
  chat: identity,
  from: z.nullable(identity),
  to: z.nullable(z.string()),
  /** `text` for a text; `unsupported` for a kind that Wharf does not show yet. */
  type: z.string(),
  text: z.nullable(z.string()),
  createdAt: timestamp,
  sentAt: z.nullable(timestamp),
  deliveredAt: z.nullable(timestamp),
  readAt: z.nullable(timestamp),
});
