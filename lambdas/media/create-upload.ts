import type * as z from 'zod/mini';
import type { Principal } from '../../core/accounts/principal.ts';
import { notFound } from '../../core/http/not-found.ts';
import { mediaObjectKey, mediaSizeMax } from '../../core/messages/media.ts';
import { messageExpiresAtSeconds } from '../../core/messages/retention.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { MediaParts } from './media-parts.ts';
import type { createUploadBody, upload } from './schemas.ts';

export interface CreateUploadRequest {
  readonly principal: Principal;
  readonly sessionId: string;
  readonly mediaId: string;
  readonly body: z.output<typeof createUploadBody>;
}

/** Enough for 100 MB over a slow line; who needs longer asks again. */
const uploadSeconds = 15 * 60;

/**
 * An address that takes one file of exactly the named size and kind. Throws `NOT_FOUND`, and `MEDIA_TOO_LARGE` with the limit before
 * anybody uploads a byte.
 */
export async function createUpload(
  { principal, sessionId, mediaId, body }: CreateUploadRequest,
  { sessions, media, signUrl, now }: MediaParts,
): Promise<z.output<typeof upload>> {
  const { tenantId, plan } = principal;
  if ((await sessions.find(tenantId, sessionId)) === undefined) throw notFound('session');
  requireSize(body);
  const nowMs = now();
  await media.put({
    tenantId,
    sessionId,
    id: mediaId,
    mimeType: body.mimeType,
    size: body.size,
    fileName: body.fileName ?? null,
    sha256: null,
    status: 'awaiting_upload',
    createdAt: new Date(nowMs).toISOString(),
    expiresAtSeconds: messageExpiresAtSeconds(nowMs, plan.retentionDays),
  });
  const headers = { 'content-type': body.mimeType, 'content-length': String(body.size) };
  const key = mediaObjectKey(tenantId, sessionId, mediaId);
  const uploadUrl = await signUrl({ method: 'PUT', key, expiresInSeconds: uploadSeconds, headers });
  const expiresAt = new Date(nowMs + uploadSeconds * 1_000).toISOString();
  return { id: mediaId, sessionId, method: 'PUT', uploadUrl, headers, expiresAt };
}

function requireSize({ mimeType, size }: CreateUploadRequest['body']): void {
  const [family = ''] = mimeType.split('/');
  const limit = { image: mediaSizeMax.image, video: mediaSizeMax.video, audio: mediaSizeMax.audio }[family];
  const sizeMax = limit ?? mediaSizeMax.document;
  if (size <= sizeMax) return;
  throw new WharfError('MEDIA_TOO_LARGE', {
    detail: `WhatsApp takes ${mimeType} of at most ${sizeMax} bytes; larger ones go as a document.`,
    extra: { limit: sizeMax },
    errors: [{ pointer: '/size', message: `At most ${sizeMax}.` }],
  });
}
