import * as z from 'zod/mini';
import type { EventType } from '../../core/events/event.ts';
import { at, type EventShape, moment, shape, text } from './event-shape.ts';

const webhookId = 'wh_01kbm3v9q1s5n8r0w2b4d6g9km';

/** The attempt that showed it. */
const shownBy = {
  webhookId: text,
  deliveryId: z.optional(text),
  eventId: z.optional(text),
  eventType: z.optional(text),
  attempts: z.optional(z.number()),
  statusCode: z.optional(z.number()),
  errorKind: z.optional(text),
};
const attempt = {
  webhookId,
  deliveryId: 'dlv_9f86d081884c7d659a2feaa0c55ad015',
  eventId: 'evt_60303ae22b998861bce3b28f33eec1be',
  eventType: 'message.received',
  attempts: 4,
  statusCode: 503,
  errorKind: 'http',
};

const quota = z.strictObject({
  quota: z.enum(['sessions', 'messages', 'webhooks']),
  limit: z.number(),
  used: z.number(),
  resetsAt: z.nullable(moment),
});

/** Events about the account: its webhooks and its plan. */
export const accountEvents: Partial<Record<EventType, EventShape>> = {
  'webhook.failing': shape(
    'A delivery failed four times, or a webhook has done nothing but fail for one or three days: then `disablesAt` says when it is switched off.',
    z.strictObject({ ...shownBy, failingSince: z.optional(moment), disablesAt: z.optional(moment) }),
    { ...attempt, failingSince: at, disablesAt: '2026-11-27T09:30:00.000Z' },
  ),
  'webhook.recovered': shape(
    'A webhook that was failing takes events again.',
    z.strictObject({ ...shownBy, failingSince: z.optional(moment) }),
    { ...attempt, attempts: 5, statusCode: 204, errorKind: undefined, failingSince: at },
  ),
  'webhook.exhausted': shape('All ten attempts at a delivery failed.', z.strictObject(shownBy), {
    ...attempt,
    attempts: 10,
  }),
  'webhook.disabled': shape(
    'A webhook was switched off: it answered 410 (`gone`), or failed for five days (`failing`).',
    z.strictObject({ ...shownBy, reason: z.enum(['gone', 'failing']) }),
    { ...attempt, statusCode: 410, reason: 'gone' },
  ),
  'webhook.test': shape(
    'Somebody called `POST /webhooks/{webhookId}/test`. It goes to that webhook alone, whatever it subscribes to.',
    z.strictObject({ webhookId: text, message: text }),
    { webhookId, message: 'This is a test.' },
  ),
  'quota.warning': shape('80 % of a quota of the plan are used.', quota, {
    ...{ quota: 'messages', limit: 5_000, used: 4_000 },
    resetsAt: '2026-11-23T00:00:00.000Z',
  }),
  'quota.exceeded': shape('A quota of the plan is used up.', quota, {
    ...{ quota: 'sessions', limit: 10, used: 10 },
    resetsAt: null,
  }),
};
