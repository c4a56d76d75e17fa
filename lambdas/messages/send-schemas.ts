import * as z from 'zod/mini';

/** WhatsApp's own limits. */
const textLengthMax = 65_536;
const captionLengthMax = 4_096;
const mentionsMax = 256;
const contactsMax = 20;
const audienceMax = 500;
/** With the rest of a message it must fit the body of a request, of which base64 takes four bytes for three. */
const base64LengthMax = 230_000;

const recipient = z.string().check(z.minLength(1), z.maxLength(80));
const caption = z.optional(z.string().check(z.maxLength(captionLengthMax)));
const messageIdText = z.string().check(z.regex(/^[0-9A-Za-z._-]{1,128}$/));

/** What every kind of message may carry. */
const accompanying = {
  /** A phone number with country code in any writing, a chat id, or `status` for a status post. */
  to: recipient,
  replyTo: z.optional(messageIdText),
  mentions: z.optional(z.array(recipient).check(z.minLength(1), z.maxLength(mentionsMax))),
  mentionsAll: z.optional(z.boolean()),
  expiresInSeconds: z.optional(z.union([z.literal(86_400), z.literal(604_800), z.literal(7_776_000)])),
  audience: z.optional(z.array(recipient).check(z.minLength(1), z.maxLength(audienceMax))),
};

/** Exactly one of `id`, `url` and `base64` says where the bytes are. */
export const mediaToSend = z
  .strictObject({
    id: z.optional(z.string().check(z.regex(/^med_[0-9a-z]{26}$/))),
    url: z.optional(z.string().check(z.minLength(8), z.maxLength(2_048))),
    base64: z.optional(
      z.string().check(z.minLength(4), z.maxLength(base64LengthMax), z.regex(/^[A-Za-z0-9+/]+={0,2}$/)),
    ),
    mimeType: z.optional(z.string().check(z.regex(/^[a-z]+\/[a-z0-9.+-]{1,100}$/))),
    fileName: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
  })
  .check(
    z.refine(({ id, url, base64 }) => [id, url, base64].filter((part) => part !== undefined).length === 1, {
      error: 'Name exactly one of id, url and base64',
    }),
  );

const locationToSend = z.strictObject({
  latitude: z.number().check(z.gte(-90), z.lte(90)),
  longitude: z.number().check(z.gte(-180), z.lte(180)),
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  address: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
});

const contactToSend = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  phones: z.array(z.string().check(z.minLength(3), z.maxLength(40))).check(z.minLength(1), z.maxLength(10)),
  organization: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
});

const pollToSend = z.strictObject({
  question: z.string().check(z.minLength(1), z.maxLength(255)),
  options: z.array(z.string().check(z.minLength(1), z.maxLength(100))).check(z.minLength(2), z.maxLength(12)),
  selectableCount: z.optional(z.int().check(z.gte(0), z.lte(12))),
});

/** One schema for each kind of message; `text` is the kind when none is named. */
export const sendMessageBody = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.optional(z.literal('text')),
    ...accompanying,
    text: z.string().check(z.minLength(1), z.maxLength(textLengthMax)),
    linkPreview: z.optional(z.boolean()),
  }),
  z.strictObject({
    type: z.enum(['image', 'video', 'gif', 'document']),
    ...accompanying,
    media: mediaToSend,
    caption,
    viewOnce: z.optional(z.boolean()),
  }),
  z.strictObject({
    type: z.enum(['audio', 'voice', 'sticker']),
    ...accompanying,
    media: mediaToSend,
    viewOnce: z.optional(z.boolean()),
  }),
  z.strictObject({ type: z.literal('location'), ...accompanying, location: locationToSend }),
  z.strictObject({
    type: z.literal('contacts'),
    ...accompanying,
    contacts: z.array(contactToSend).check(z.minLength(1), z.maxLength(contactsMax)),
  }),
  z.strictObject({ type: z.literal('poll'), ...accompanying, poll: pollToSend }),
  z.strictObject({ type: z.literal('forward'), ...accompanying, messageId: messageIdText }),
]);

export type SendBody = z.output<typeof sendMessageBody>;

export const editMessageBody = z.strictObject({ text: z.string().check(z.minLength(1), z.maxLength(textLengthMax)) });

/** An empty text takes the reaction back. */
export const reactionBody = z.strictObject({ emoji: z.string().check(z.maxLength(32)) });

const messagesReadMax = 100;

/** Without ids, the newest messages that the chat has received. */
export const readBody = z.optional(
  z.strictObject({
    messageIds: z.optional(z.array(messageIdText).check(z.minLength(1), z.maxLength(messagesReadMax))),
  }),
);

export const presenceBody = z.strictObject({ presence: z.enum(['typing', 'recording', 'paused']) });
