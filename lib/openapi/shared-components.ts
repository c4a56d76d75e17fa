import { type ErrorCode, errorCatalogue } from '../../core/error-catalogue.ts';
import type { JsonSchema } from './json-schema.ts';

const text: JsonSchema = { type: 'string' };

/** Schemas of what every answer has in common. */
export const envelopeSchemas: Readonly<Record<string, JsonSchema>> = {
  Problem: {
    type: 'object',
    description:
      'An error (RFC 9457). Branch on `code`, which is stable; texts may change. Some codes add members of their own, such as `limit`, `used` and `resetsAt`.',
    properties: {
      type: { ...text, description: 'Where the code is described.' },
      title: text,
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { ...text, description: 'What went wrong this time, in a sentence.' },
      instance: { ...text, description: 'Path of the request.' },
      code: { type: 'string', enum: Object.keys(errorCatalogue) satisfies string[] as ErrorCode[] },
      requestId: { ...text, description: 'The same as the header `x-request-id`.' },
      errors: {
        type: 'array',
        description: 'Each broken rule, with a JSON Pointer (RFC 6901) to the field.',
        items: {
          type: 'object',
          properties: { pointer: text, message: text },
          required: ['pointer', 'message'],
          additionalProperties: false,
        },
      },
      success: { type: 'boolean', const: false },
      limit: { type: 'integer', description: 'The limit that was met.' },
      used: { type: 'integer', description: 'What of it is used.' },
      windowSeconds: { type: 'integer', description: 'The seconds in which `limit` counts.' },
      resetsAt: {
        type: ['string', 'null'],
        format: 'date-time',
        description: 'When `used` begins again; `null` when only less use helps.',
      },
      retryAfterSeconds: { type: 'number', description: 'The same as `retry-after`.' },
    },
    additionalProperties: true,
    required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId', 'success'],
  },
  Pagination: {
    type: 'object',
    properties: {
      nextCursor: { type: ['string', 'null'], description: 'Give it back as `cursor` to read on; `null` at the end.' },
      hasMore: { type: 'boolean' },
    },
    required: ['nextCursor', 'hasMore'],
    additionalProperties: false,
  },
};

interface Header {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example: string | number;
}

/** Headers of answers, by the name that HTTP knows them by. */
export const responseHeaders: Readonly<Record<string, Header>> = {
  'x-request-id': {
    description: 'Names this request in logs, events and problem documents. A sane one that was sent is kept.',
    schema: text,
    example: 'req_01kbm3v9q5z8y7x6w5v4t3s2r1',
  },
  ratelimit: {
    description:
      'What is left of each limit (draft-ietf-httpapi-ratelimit-headers): `r` requests, full again in `t` seconds.',
    schema: text,
    example: '"requests";r=119;t=1',
  },
  'ratelimit-policy': {
    description: 'The limits that count: `q` requests in `w` seconds.',
    schema: text,
    example: '"requests";q=120;w=60',
  },
  'x-ratelimit-limit': { description: 'The limit nearest to its end.', schema: { type: 'integer' }, example: 120 },
  'x-ratelimit-remaining': { description: 'What is left of it.', schema: { type: 'integer' }, example: 119 },
  'x-ratelimit-reset': {
    description: 'When it is full again, in seconds since 1970.',
    schema: { type: 'integer' },
    example: 1_795_340_000,
  },
  'idempotent-replayed': {
    description: 'Sent with the answer of an earlier request that had the same `Idempotency-Key`.',
    schema: { type: 'string', const: 'true' },
    example: 'true',
  },
  location: {
    description: 'Where the thing itself is.',
    schema: text,
    example: 'https://s3.eu-central-1.amazonaws.com/media-bucket/media/key?X-Amz-Signature=9f86d081',
  },
  'retry-after': { description: 'Seconds to wait before another try.', schema: { type: 'integer' }, example: 12 },
};

export const rateLimitHeaderNames = Object.keys(responseHeaders).filter((name) => name.includes('ratelimit'));

export const securitySchemes = {
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
    description:
      'An account key (`wharf_ak_…`) for all sessions of an account, or a session key (`wharf_sk_…`) for one.',
  },
  loginToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The token that `POST /auth/login` answers with.',
  },
} as const;

export const idempotencyKeyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes a repeat harmless: for 24 hours the same key with the same body answers what the first request answered, and does nothing again.',
  schema: { type: 'string', minLength: 1, maxLength: 257 },
  example: 'order-4711-confirmation',
} as const;

/** What path variables name. Text that does not fit answers like an id that does not exist. */
export const pathVariableDescriptions: Readonly<Record<string, string>> = {
  sessionId: 'Id of a session, `ses_…`.',
  messageId: 'Id of a message, as WhatsApp knows it.',
  chatId: 'Id of a chat: a phone (`…@s.whatsapp.net`), a hidden address (`…@lid`), a group (`…@g.us`) or a channel.',
  webhookId: 'Id of a webhook, `wh_…`.',
  mediaId: 'Id of a medium, `med_…`.',
  groupId: 'Id of a group, `…@g.us`.',
  contactId: 'Id of a person, `…@s.whatsapp.net` or `…@lid`.',
  keyId: 'Id of a key, `key_…`.',
  userId: 'Id of an account, `usr_…`.',
  deliveryId: 'Id of a delivery, `dlv_…`.',
  inviteId: 'Id of an invite, `inv_…`.',
};
