import * as z from 'zod/mini';

const timestamp = z.string();

/** A webhook as answered: never with its secrets. */
export const webhook = z.strictObject({
  id: z.string(),
  /** `null` for a webhook of the whole account. */
  sessionId: z.nullable(z.string()),
  url: z.string(),
  events: z.array(z.string()),
  status: z.enum(['enabled', 'disabled']),
  disabledReason: z.nullable(z.string()),
  createdAt: timestamp,
  updatedAt: timestamp,
});
