import * as z from 'zod/mini';
import { eventTypes } from '../../core/events/event.ts';

/** Below the 29 seconds that API Gateway waits for a function. */
const waitSecondsMax = 25;
/** As many digits as the key of an event has room for. */
const sequenceMax = 999_999_999_999;
const limitMax = 100;
const limitDefault = 50;

export const eventsQuery = z.strictObject({
  after: z._default(z.coerce.number().check(z.int(), z.gte(0), z.lte(sequenceMax)), 0),
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(limitMax)), limitDefault),
  wait: z._default(z.coerce.number().check(z.int(), z.gte(0), z.lte(waitSecondsMax)), 0),
});

/** An event, the same JSON that webhooks get. */
export const event = z.looseObject({
  id: z.string(),
  type: z.enum(eventTypes),
  event: z.enum(eventTypes),
  apiVersion: z.string(),
  timestamp: z.string(),
  sessionId: z.string(),
  sequence: z.number(),
  metadata: z.record(z.string(), z.string()),
  data: z.record(z.string(), z.unknown()),
});
