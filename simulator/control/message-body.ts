import * as z from 'zod/mini';
import { mediaKinds } from '../wire/media-reference.ts';

/** WhatsApp's own limit for a text. */
const textCharactersMax = 65_536;
export const textsMax = 1000;
const optionsMax = 12;
const contactsMax = 100;
const mentionsMax = 1024;
const madeUpBytesMax = 128 * 1024 * 1024;

const text = z.string().check(z.minLength(1), z.maxLength(textCharactersMax));
const short = z.string().check(z.minLength(1), z.maxLength(1000));
const id = z.string().check(z.minLength(1), z.maxLength(200));
const seconds = z.int().check(z.minimum(0), z.maximum(10 * 365 * 86_400));

/** Seconds since 1970. */
const moment = z.int().check(z.minimum(0), z.maximum(253_402_300_799));

/** A file: its bytes in base64, the id of one that `POST /media` has taken, or the size of one that is made up. */
const file = z.strictObject({
  base64: z.optional(z.base64()),
  media: z.optional(id),
  size: z.optional(z.int().check(z.minimum(1), z.maximum(madeUpBytesMax))),
  mimeType: z.optional(short),
  caption: z.optional(text),
  fileName: z.optional(short),
  seconds: z.optional(seconds),
});
const contents = {
  text: z.optional(text),
  image: z.optional(file),
  video: z.optional(file),
  gif: z.optional(file),
  audio: z.optional(file),
  voice: z.optional(file),
  document: z.optional(file),
  sticker: z.optional(file),
  location: z.optional(
    z.strictObject({
      latitude: z.number().check(z.minimum(-90), z.maximum(90)),
      longitude: z.number().check(z.minimum(-180), z.maximum(180)),
      name: z.optional(short),
      address: z.optional(short),
      live: z.optional(z.boolean()),
    }),
  ),
  contacts: z.optional(
    z
      .array(z.strictObject({ name: short, phone: z.optional(short), vcard: z.optional(text) }))
      .check(z.minLength(1), z.maxLength(contactsMax)),
  ),
  poll: z.optional(
    z.strictObject({
      question: short,
      options: z.array(short).check(z.minLength(1), z.maxLength(optionsMax)),
      selectableCount: z.optional(z.int().check(z.minimum(0), z.maximum(optionsMax))),
    }),
  ),
  pollVote: z.optional(z.strictObject({ id, options: z.array(short).check(z.maxLength(optionsMax)) })),
  reaction: z.optional(z.strictObject({ id, emoji: z.string().check(z.maxLength(50)) })),
  edit: z.optional(z.strictObject({ id, text })),
  delete: z.optional(z.strictObject({ id })),
  forward: z.optional(z.strictObject({ id })),
  disappearing: z.optional(z.strictObject({ seconds })),
  groupInvite: z.optional(
    z.strictObject({
      group: short,
      code: short,
      subject: short,
      caption: z.optional(text),
      expires: z.optional(moment),
    }),
  ),
  event: z.optional(
    z.strictObject({
      name: short,
      description: z.optional(text),
      start: moment,
      end: z.optional(moment),
      joinLink: z.optional(short),
      canceled: z.optional(z.boolean()),
    }),
  ),
  order: z.optional(
    z.strictObject({
      id: short,
      items: z.int().check(z.minimum(0), z.maximum(10_000)),
      title: z.optional(short),
      message: z.optional(text),
      total: z.optional(z.number()),
      currency: z.optional(short),
    }),
  ),
  product: z.optional(
    z.strictObject({
      id: short,
      title: short,
      description: z.optional(text),
      price: z.optional(z.number()),
      currency: z.optional(short),
      caption: z.optional(text),
    }),
  ),
  pressed: z.optional(z.strictObject({ kind: z.enum(['button', 'list', 'template', 'form']), id: short, text: short })),
  raw: z.optional(z.base64()),
};
export const contentNames = Object.keys(contents) as readonly (keyof typeof contents)[];

/** What a phone can be told to write: exactly one content, and what goes with it. */
export const messageBody = z.strictObject({
  to: z.string().check(z.minLength(1), z.maxLength(100)),
  ...contents,
  /** Linked devices get the envelope only, as with answers to ads; their phone resends the content when they ask, or it is lost. */
  placeholder: z.optional(z.enum(['resent', 'lost'])),
  /** Who sees a status post. */
  audience: z.optional(z.array(short).check(z.maxLength(mentionsMax))),
  texts: z.optional(z.array(text).check(z.minLength(1), z.maxLength(textsMax))),
  /** Id of the message that is answered. */
  reply: z.optional(id),
  mentions: z.optional(z.array(short).check(z.minLength(1), z.maxLength(mentionsMax))),
  mentionsAll: z.optional(z.boolean()),
  forwarded: z.optional(z.boolean()),
  viewOnce: z.optional(z.boolean()),
  /** Seconds until the message disappears. */
  ephemeral: z.optional(seconds),
  linkPreview: z.optional(z.strictObject({ url: short, title: short, description: z.optional(short) })),
  addressing: z.optional(z.enum(['pn', 'lid'])),
});

export type MessageBody = z.output<typeof messageBody>;
export type FileBody = z.output<typeof file>;

/** The one content of a body that carries a file. */
export function fileIn(body: MessageBody) {
  for (const kind of mediaKinds) {
    const given = body[kind];
    if (given !== undefined) return { kind, file: given };
  }
  return undefined;
}
