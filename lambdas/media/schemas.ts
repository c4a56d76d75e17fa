import * as z from 'zod/mini';
import { mediaSizeMax } from '../../core/messages/media.ts';

const sizeMax = Math.max(...Object.values(mediaSizeMax));

export const createUploadBody = z.strictObject({
  mimeType: z.string().check(z.regex(/^[a-z]+\/[a-z0-9.+-]{1,100}$/)),
  /** Bytes; the upload must have exactly as many. */
  size: z.int().check(z.gte(1), z.lte(sizeMax)),
  fileName: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
});

export const upload = z.strictObject({
  id: z.string(),
  sessionId: z.string(),
  method: z.literal('PUT'),
  uploadUrl: z.string(),
  headers: z.record(z.string(), z.string()),
  expiresAt: z.string(),
});

export const mediaQuery = z.strictObject({
  /** `redirect` leads to the bytes; `json` tells about them. */
  format: z._default(z.enum(['redirect', 'json']), 'redirect'),
});

export const storedMedia = z.strictObject({
  id: z.string(),
  sessionId: z.string(),
  mimeType: z.string(),
  size: z.nullable(z.int()),
  fileName: z.nullable(z.string()),
  sha256: z.nullable(z.string()),
  status: z.enum(['awaiting_upload', 'pending', 'available', 'failed']),
  failureReason: z.nullable(z.string()),
  width: z.nullable(z.int()),
  height: z.nullable(z.int()),
  durationSeconds: z.nullable(z.number()),
  url: z.nullable(z.string()),
  expiresAt: z.nullable(z.string()),
  createdAt: z.string(),
});
