import * as z from 'zod/mini';
import { subscribableNames } from '../../core/events/event-names.ts';
import { signatureSchemes } from '../../core/webhooks/webhook.ts';
import { judgeHeaders } from '../../core/webhooks/webhook-headers.ts';

const timestamp = z.string();
const sessionsMax = 100;
/** A week: longer than anybody needs to bring a new secret out. */
const overlapHoursMax = 168;
const overlapHoursDefault = 24;

/** Only roles of this name, so that Wharf's own right to assume roles is not a right to assume any role. */
const roleArn = z
  .string()
  .check(z.regex(/^arn:aws(?:-[a-z-]{1,12})?:iam::\d{12}:role\/wharf-webhook-[\w+=,.@-]{1,50}$/));

const sqsDestination = z.strictObject({
  type: z.literal('sqs'),
  queueUrl: z
    .string()
    .check(
      z.regex(
        /^https:\/\/sqs\.[a-z]{2}(?:-[a-z]{2,10}){1,3}-\d\.amazonaws\.com(?:\.cn)?\/\d{12}\/[\w-]{1,75}(?:\.fifo)?$/,
      ),
    ),
  roleArn,
});
const eventbridgeDestination = z.strictObject({
  type: z.literal('eventbridge'),
  busArn: z
    .string()
    .check(
      z.regex(/^arn:aws(?:-[a-z-]{1,12})?:events:[a-z]{2}(?:-[a-z]{2,10}){1,3}-\d:\d{12}:event-bus\/[\w./-]{1,200}$/),
    ),
  roleArn,
});
const destination = z.union([sqsDestination, eventbridgeDestination]);

const url = z.string().check(z.minLength(1), z.maxLength(2_048));
const events = z.array(z.enum(subscribableNames)).check(z.minLength(1), z.maxLength(subscribableNames.length));
const sessions = z
  .array(z.string().check(z.regex(/^ses_[0-9a-z]{26}$/)))
  .check(z.minLength(1), z.maxLength(sessionsMax));
const description = z.string().check(z.maxLength(500));
const signature = z.enum(signatureSchemes);
const headers = z
  .record(z.string().check(z.regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/)), z.string().check(z.maxLength(4_000)))
  .check((context) => {
    const message = judgeHeaders(context.value);
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: undefined });
  });

const newWebhookFields = {
  url: z.optional(url),
  destination: z.optional(destination),
  events,
  headers: z.optional(headers),
  ordered: z.optional(z.boolean()),
  description: z.optional(description),
  signature: z.optional(signature),
};

interface Target {
  readonly url?: string | undefined;
  readonly destination?: unknown;
  readonly headers?: unknown;
}

const isOneTarget = ({ url: one, destination: other }: Target) => (one === undefined) !== (other === undefined);
const hasNoStrayHeaders = (body: Target) => body.destination === undefined || body.headers === undefined;
const oneTarget = 'Name either url or destination';
const strayHeaders = 'Headers are for https alone';

export const createWebhookBody = z
  .strictObject({ ...newWebhookFields, sessions: z.optional(sessions) })
  .check(z.refine(isOneTarget, oneTarget), z.refine(hasNoStrayHeaders, strayHeaders));

export const createSessionWebhookBody = z
  .strictObject(newWebhookFields)
  .check(z.refine(isOneTarget, oneTarget), z.refine(hasNoStrayHeaders, strayHeaders));

export const changeWebhookBody = z
  .strictObject({
    url: z.optional(url),
    destination: z.optional(destination),
    events: z.optional(events),
    sessions: z.optional(z.nullable(sessions)),
    headers: z.optional(headers),
    ordered: z.optional(z.boolean()),
    description: z.optional(z.nullable(description)),
    signature: z.optional(signature),
  })
  .check(
    z.refine((change) => Object.keys(change).length > 0, 'Name at least one field to change'),
    z.refine((change) => change.url === undefined || change.destination === undefined, oneTarget),
    z.refine(hasNoStrayHeaders, strayHeaders),
  );

export const rotateSecretBody = z.strictObject({
  overlapHours: z._default(z.number().check(z.gte(0), z.lte(overlapHoursMax)), overlapHoursDefault),
});

const shownRole = { roleArn: z.string(), externalId: z.string() };

/** A webhook as answered: never with its secrets or the values of its headers. */
export const webhook = z.strictObject({
  id: z.string(),
  /** `null` for a webhook of the whole account. */
  sessionId: z.nullable(z.string()),
  url: z.string(),
  destination: z.union([
    z.strictObject({ type: z.literal('https'), url: z.string() }),
    z.strictObject({ type: z.literal('sqs'), queueUrl: z.string(), ...shownRole }),
    z.strictObject({ type: z.literal('eventbridge'), busArn: z.string(), ...shownRole }),
  ]),
  events: z.array(z.string()),
  sessions: z.nullable(z.array(z.string())),
  headerNames: z.array(z.string()),
  ordered: z.boolean(),
  description: z.nullable(z.string()),
  status: z.enum(['enabled', 'disabled']),
  disabledReason: z.nullable(z.string()),
  signature,
  publicKeys: z.array(z.string()),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const createdWebhook = z.extend(webhook, { secret: z.nullable(z.string()) });

export const deletedWebhook = z.strictObject({ id: z.string(), deleted: z.literal(true) });

/** What signs at this moment, newest first. */
export const webhookSecret = z.strictObject({
  id: z.string(),
  secret: z.nullable(z.string()),
  publicKey: z.nullable(z.string()),
  /** Replaced ones that still sign. */
  previous: z.array(
    z.strictObject({ secret: z.nullable(z.string()), publicKey: z.nullable(z.string()), expiresAt: timestamp }),
  ),
});

export const destinationRole = z.strictObject({
  externalId: z.string(),
  principal: z.string(),
  roleNamePrefix: z.string(),
});
