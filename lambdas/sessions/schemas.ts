import * as z from 'zod/mini';
import { subscribableNames } from '../../core/events/event-names.ts';
import { proxyUrlLengthMax } from '../../core/sessions/proxy-url.ts';
import { sessionStatuses } from '../../core/sessions/session-status.ts';
import { autoReply } from '../shared/auto-reply-schemas.ts';
import { pageQuery } from '../shared/paging.ts';

const timestamp = z.string();
const metadataEntriesMax = 20;
/** Below the 29 seconds that API Gateway waits for a function. */
const waitSecondsMax = 25;

const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));

/** Goes into every event of the session, so it is kept small. */
const metadata = z
  .record(z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/)), z.string().check(z.maxLength(500)))
  .check(
    z.refine((entries) => Object.keys(entries).length <= metadataEntriesMax, `At most ${metadataEntriesMax} entries`),
  );

const dailyLimit = (max: number) => z.nullable(z.int().check(z.minimum(0), z.maximum(max)));

/** How a session paces itself. What is not named keeps its default; `null` takes a limit away. Days are those of UTC. */
const sending = z.strictObject({
  /** A burst of ten messages, then about one a second. On unless switched off. */
  pacing: z.optional(z.boolean()),
  /** People written to for the first time on one day; 50 unless set. */
  newChatsPerDay: z.optional(dailyLimit(10_000)),
  /** `newChatsPerDay` rises over the first two weeks after linking. On unless switched off. */
  warmUp: z.optional(z.boolean()),
  /** Messages on one day; no limit unless set. */
  messagesPerDay: z.optional(dailyLimit(100_000)),
});

/** Only what the connector honours. Ignored chats make no event and no message; a change is felt with the next message. */
export const settings = z.strictObject({
  ignoreGroups: z.optional(z.boolean()),
  ignoreStatusPosts: z.optional(z.boolean()),
  ignoreChannels: z.optional(z.boolean()),
  /** A ringing call is rejected, and its caller is sent the words, if there are any. Not calls of groups. */
  rejectCalls: z.optional(z.boolean()),
  rejectCallsMessage: z.optional(z.string().check(z.minLength(1), z.maxLength(1_000))),
  /** Messages that go beyond it wait. */
  sending: z.optional(sending),
  /** Who writes exactly one of these words, in capitals or not, gets no more messages. */
  optOutKeywords: z.optional(
    z.array(z.string().check(z.trim(), z.minLength(1), z.maxLength(50))).check(z.maxLength(20)),
  ),
  /** Every key that a friend presses is an event, so they are asked for. */
  presenceEvents: z.optional(z.boolean()),
  /** Show the account as online while connected; felt from the next connection on. */
  markOnline: z.optional(z.boolean()),
  /** On unless switched off; felt within two hours. */
  keepAlive: z.optional(z.boolean()),
  /** `http`, `https` or `socks5`; what more is asked of it needs the network. Shown without its password. */
  proxyUrl: z.optional(
    z.string().check(z.maxLength(proxyUrlLengthMax), z.regex(/^(?:https?|socks5):\/\/[^\s/?#]+\/?$/)),
  ),
  /** As the phone lists the linked device; felt from the next link on. */
  browserName: z.optional(z.string().check(z.regex(/^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,28}[A-Za-z0-9])?$/))),
});

const webhookRequest = z.strictObject({
  url: z.string().check(z.minLength(1), z.maxLength(2_048)),
  events: z.array(z.enum(subscribableNames)).check(z.minLength(1), z.maxLength(subscribableNames.length)),
});

export const createSessionBody = z.strictObject({
  name,
  webhook: z.optional(webhookRequest),
  metadata: z.optional(metadata),
  autoReply: z.optional(autoReply),
  settings: z.optional(settings),
});

export const changeSessionBody = z
  .strictObject({ name: z.optional(name), metadata: z.optional(metadata), settings: z.optional(settings) })
  .check(z.refine((change) => Object.keys(change).length > 0, 'Name at least one field to change'));

const status = z.enum(sessionStatuses);

export const sessionStatus = z.strictObject({
  sessionId: z.string(),
  status,
  reason: z.nullable(z.string()),
  since: timestamp,
  /** End of a restriction. */
  until: z.nullable(timestamp),
});

export const session = z.extend(sessionStatus, {
  name: z.string(),
  desired: z.enum(['connected', 'stopped', 'logged_out', 'deleted']),
  phone: z.nullable(z.string()),
  lid: z.nullable(z.string()),
  pushName: z.nullable(z.string()),
  metadata: z.record(z.string(), z.string()),
  settings: z.record(z.string(), z.unknown()),
  autoReply,
  /** The process that holds the connection, and the epoch of its shard. */
  owner: z.nullable(z.strictObject({ workerId: z.string(), epoch: z.number() })),
  statusHistory: z.array(z.strictObject({ status, reason: z.nullable(z.string()), at: timestamp })),
  /** What keeps messages back. */
  sending: z.strictObject({
    restriction: z.nullable(z.strictObject({ since: timestamp, until: z.nullable(timestamp) })),
    waiting: z.int(),
  }),
  lastReceivedAt: z.nullable(timestamp),
  lastSentAt: z.nullable(timestamp),
  lastTrafficAt: z.nullable(timestamp),
  lastProbe: z.nullable(z.strictObject({ at: timestamp, answered: z.boolean(), roundTripMs: z.nullable(z.number()) })),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const createdSession = z.strictObject({
  sessionId: z.string(),
  name: z.string(),
  status,
  /** The session's own key, shown this once. */
  apiKey: z.string(),
  webhook: z.nullable(
    z.strictObject({ id: z.string(), url: z.string(), events: z.array(z.string()), secret: z.string() }),
  ),
  /** Says when the first QR will take longer than usual. */
  notice: z.nullable(z.string()),
  createdAt: timestamp,
});

export const sessionsQuery = z.extend(pageQuery, {
  status: z.optional(status),
  /** How the name begins; capital letters count. */
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
});

export const deletedSession = z.strictObject({ sessionId: z.string(), deleted: z.literal(true) });

export const qrQuery = z.strictObject({
  format: z._default(z.enum(['json', 'png', 'svg', 'raw']), 'json'),
  wait: z._default(z.coerce.number().check(z.int(), z.gte(0), z.lte(waitSecondsMax)), 0),
});

export const qr = z.strictObject({
  status,
  /** Why there is no code; `null` when there is one. */
  reason: z.nullable(z.string()),
  /** `data:image/png;base64,…` */
  qrCode: z.nullable(z.string()),
  /** The text inside the picture. */
  qr: z.nullable(z.string()),
  expiresAt: z.nullable(timestamp),
});

export const pairingBody = z.strictObject({ phone: z.string().check(z.minLength(1), z.maxLength(40)) });

export const pairingCode = z.strictObject({
  /** Typed into WhatsApp: Linked devices, Link with phone number. */
  code: z.string(),
  expiresAt: z.nullable(timestamp),
  phone: z.string(),
});
