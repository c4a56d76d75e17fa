import * as z from 'zod/mini';
import type { EventType } from '../../core/events/event.ts';
import { ada, at, type EventShape, identity, messageId, moment, shape, text } from './event-shape.ts';

const media = z.looseObject({
  id: text,
  mimeType: text,
  size: z.nullable(z.number()),
  fileName: z.nullable(text),
  sha256: z.nullable(text),
  status: z.enum(['awaiting_upload', 'pending', 'available', 'failed']),
});

const target = z.strictObject({ fromMe: z.boolean(), from: z.nullable(identity) });

/** Content differs by `type`; what the message answers, mentions or forwards stands beside it. */
const shown = {
  messageId: text,
  chat: identity,
  type: text,
  sentAt: moment,
};

const received = z.looseObject({ ...shown, from: z.optional(identity), delayed: z.boolean() });
const sent = z.looseObject({ ...shown, source: z.enum(['api', 'phone']) });
const changed = {
  messageId: text,
  chat: identity,
  from: z.nullable(identity),
  target,
  changeId: text,
  at: moment,
  source: z.optional(z.enum(['api', 'phone'])),
  delayed: z.optional(z.boolean()),
};
const change = {
  messageId,
  chat: ada,
  from: ada,
  target: { fromMe: true, from: null },
  changeId: '3EB0B1C2D3E4F5061728',
  at,
  delayed: false,
};

/** Events of messages. */
export const messageEvents: Partial<Record<EventType, EventShape>> = {
  'message.received': shape(
    'Somebody wrote. `delayed` tells that it was sent while the session was not connected.',
    received,
    {
      ...{ messageId, chat: ada, from: ada, type: 'text', sentAt: at, delayed: false },
      text: 'Are you open today?',
    },
  ),
  'message.sent': shape('WhatsApp took a message of the session, sent over the API or on the phone (`source`).', sent, {
    ...{ messageId, chat: ada, type: 'text', sentAt: at, source: 'api' },
    to: '+491510000001',
    text: 'Until six.',
  }),
  'message.status': shape(
    'A message that was sent is `delivered`, `read` or `played`, or it `failed` with a `reason`. One that may not leave yet stays `queued`: `waitingFor` says why, and `waitingUntil` before when it is not tried (`null` where nobody knows).',
    z.strictObject({
      messageId: text,
      chat: identity,
      status: z.enum(['queued', 'delivered', 'read', 'played', 'failed']),
      at: moment,
      reason: z.optional(text),
      waitingFor: z.optional(z.enum(['account_restricted', 'new_chat_budget', 'daily_limit'])),
      waitingUntil: z.optional(z.nullable(moment)),
    }),
    { messageId, chat: ada, status: 'read', at },
  ),
  'message.media': shape(
    'The bytes of a picture, film, sound or file can be read under `GET /sessions/{sessionId}/media/{mediaId}`, or never will.',
    z.strictObject({ messageId: text, chat: identity, from: z.nullable(identity), media }),
    {
      ...{ messageId, chat: ada, from: ada },
      media: {
        id: 'med_01kbm3v9q9s8d7f6g5h4j3k2l1',
        mimeType: 'image/jpeg',
        size: 48_213,
        fileName: null,
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        status: 'available',
      },
    },
  ),
  'message.edited': shape('The text of a message was changed.', z.strictObject({ ...changed, text }), {
    ...change,
    text: 'Are you open tomorrow?',
  }),
  'message.deleted': shape('A message was deleted for everyone.', z.strictObject(changed), change),
  'message.reaction': shape(
    'Somebody reacted; an empty `emoji` takes the reaction back.',
    z.strictObject({ ...changed, emoji: text }),
    { ...change, emoji: '👍' },
  ),
  'message.poll_vote': shape(
    'Somebody voted; `options` are all that they choose now.',
    z.strictObject({ ...changed, options: z.array(text) }),
    { ...change, options: ['Pizza'] },
  ),
};
