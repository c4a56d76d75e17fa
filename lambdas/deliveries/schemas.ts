import * as z from 'zod/mini';
import { subscribableNames } from '../../core/events/event-names.ts';
import { deliveryStates } from '../../core/webhooks/delivery-state.ts';
import { pageQuery } from '../shared/paging.ts';

const timestamp = z.string();
const moment = z.iso.datetime({ offset: true });
const status = z.enum(deliveryStates);

/** `type` may be a family such as `message.*`. */
export const deliveriesQuery = z.extend(pageQuery, {
  status: z.optional(status),
  type: z.optional(z.enum(subscribableNames)),
  since: z.optional(moment),
  until: z.optional(moment),
});

export const delivery = z.strictObject({
  id: z.string(),
  webhookId: z.string(),
  sessionId: z.string(),
  eventId: z.string(),
  type: z.string(),
  sequence: z.number(),
  status,
  attempts: z.number(),
  nextAttemptAt: z.nullable(timestamp),
  requestId: z.nullable(z.string()),
  createdAt: timestamp,
  updatedAt: timestamp,
});

const milliseconds = z.nullable(z.number());

export const deliveryAttempt = z.strictObject({
  attempt: z.number(),
  isManual: z.boolean(),
  startedAt: timestamp,
  durationMs: z.number(),
  phases: z.strictObject({ dnsMs: milliseconds, connectMs: milliseconds, tlsMs: milliseconds, ttfbMs: milliseconds }),
  outcome: z.enum(['2xx', '3xx', '4xx', '5xx', 'no-answer']),
  statusCode: z.nullable(z.number()),
  errorKind: z.nullable(z.enum(['dns', 'connect', 'tls', 'timeout', 'blocked', 'http'])),
  errorMessage: z.nullable(z.string()),
  response: z.nullable(z.string()),
  responseEncoding: z.enum(['utf8', 'base64']),
  requestId: z.nullable(z.string()),
});

/** What can be recovered; what is under way goes on by itself. */
const recoverable = z.enum(['exhausted', 'disabled', 'aborted', 'waiting', 'succeeded']);

export const recoverBody = z
  .strictObject({
    since: moment,
    until: z.optional(moment),
    statuses: z._default(z.array(recoverable).check(z.minLength(1), z.maxLength(5)), ['exhausted', 'disabled']),
  })
  .check(
    z.refine(
      ({ since, until }) => until === undefined || Date.parse(since) < Date.parse(until),
      'The window ends before it begins',
    ),
  );

export const recovery = z.strictObject({
  id: z.string(),
  webhookId: z.string(),
  status: z.enum(['running', 'done', 'stopped']),
  since: timestamp,
  until: timestamp,
  statuses: z.array(z.string()),
  /** Share of the window that was looked through, from 0 to 1. */
  progress: z.number(),
  scanned: z.number(),
  recovered: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

const count = z.number();

export const webhookStats = z.strictObject({
  since: timestamp,
  until: timestamp,
  attempts: count,
  succeeded: count,
  successRate: z.nullable(z.number()),
  p50Ms: milliseconds,
  p95Ms: milliseconds,
  outcomes: z.strictObject({ '2xx': count, '3xx': count, '4xx': count, '5xx': count, 'no-answer': count }),
  /** False when there were more attempts than are read: then `since` is where the newest of them begin. */
  isComplete: z.boolean(),
});

export const testEvent = z.strictObject({ eventId: z.string(), deliveryId: z.string() });
