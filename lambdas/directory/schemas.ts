import * as z from 'zod/mini';
import { identity } from '../shared/schemas.ts';

const timestamp = z.string();
/** A phone number with country code, or the address of a person. */
const recipient = z
  .string()
  .check(
    z.maxLength(60),
    z.regex(/^(?:\+?[1-9][0-9 ()./-]{6,25}|[1-9][0-9]{6,14}@s\.whatsapp\.net|[1-9][0-9]{5,19}@lid)$/),
  );
const participantsMax = 100;
const phonesMax = 50;

/** Seconds after which new messages of a chat disappear; 0 keeps them. */
const disappearingSeconds = z.union([z.literal(0), z.literal(86_400), z.literal(604_800), z.literal(7_776_000)]);

export const chat = z.strictObject({
  chatId: z.string(),
  identity,
  kind: z.enum(['person', 'group', 'channel', 'status']),
  lastMessageAt: z.nullable(timestamp),
  lastMessageId: z.nullable(z.string()),
  lastReceivedAt: z.nullable(timestamp),
  disappearingSeconds: z.nullable(z.int()),
  updatedAt: timestamp,
});

export const disappearingBody = z.strictObject({ seconds: disappearingSeconds });
export const disappearing = z.strictObject({ chatId: z.string(), disappearingSeconds: z.nullable(z.int()) });
export const subscription = z.strictObject({ chatId: z.string() });

export const contact = z.strictObject({ ...identity.shape, pushName: z.nullable(z.string()), updatedAt: timestamp });

export const checkQuery = z.strictObject({
  /** Digits with country codes, with or without a plus (which an address must write as `%2B`), separated by commas. */
  phones: z.string().check(z.maxLength(phonesMax * 20), z.regex(/^[+ ]?[1-9][0-9]{6,14}(?:,[+ ]?[1-9][0-9]{6,14})*$/)),
});

export const checkedNumber = z.strictObject({ phone: z.string(), exists: z.boolean(), contact: z.nullable(identity) });

export const contactProfile = z.strictObject({
  contact: identity,
  about: z.nullable(z.string()),
  pictureUrl: z.nullable(z.string()),
});

export const group = z.strictObject({
  groupId: z.string(),
  subject: z.string(),
  description: z.nullable(z.string()),
  owner: z.nullable(identity),
  announce: z.boolean(),
  locked: z.boolean(),
  disappearingSeconds: z.nullable(z.int()),
  participants: z.array(z.strictObject({ ...identity.shape, role: z.enum(['member', 'admin', 'owner']) })),
  createdAt: z.nullable(timestamp),
  updatedAt: timestamp,
});

export const groupSummary = z.strictObject({
  groupId: z.string(),
  subject: z.string(),
  description: z.nullable(z.string()),
  participantCount: z.int(),
  updatedAt: timestamp,
});

const subject = z.string().check(z.minLength(1), z.maxLength(100));

export const createGroupBody = z.strictObject({
  subject,
  participants: z.array(recipient).check(z.minLength(1), z.maxLength(participantsMax)),
});

export const changeGroupBody = z
  .strictObject({
    subject: z.optional(subject),
    description: z.optional(z.string().check(z.maxLength(2_048))),
    announce: z.optional(z.boolean()),
    locked: z.optional(z.boolean()),
    disappearingSeconds: z.optional(disappearingSeconds),
  })
  .check(z.refine((body) => Object.keys(body).length > 0, { error: 'Name at least one field' }));

export const participantsBody = z.strictObject({
  action: z.enum(['add', 'remove', 'promote', 'demote']),
  participants: z.array(recipient).check(z.minLength(1), z.maxLength(participantsMax)),
});

export const participantOutcome = z.strictObject({ participant: identity, done: z.boolean(), code: z.int() });

export const invite = z.strictObject({ inviteCode: z.string(), inviteUrl: z.string() });

export const joinBody = z.strictObject({
  /** The code, or the whole link. */
  invite: z.string().check(z.regex(/^(?:https:\/\/chat\.whatsapp\.com\/)?[A-Za-z0-9_-]{10,64}$/)),
});

export const groupName = z.strictObject({ groupId: z.string() });
