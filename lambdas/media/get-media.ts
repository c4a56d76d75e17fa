import type * as z from 'zod/mini';
import { notFound } from '../../core/http/not-found.ts';
import { mediaObjectKey, type StoredMedia } from '../../core/messages/media.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { Answer } from '../shared/operation.ts';
import { presentMedia } from '../shared/present-media.ts';
import type { MediaParts } from './media-parts.ts';
import type { storedMedia } from './schemas.ts';

export interface GetMediaRequest {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly mediaId: string;
  readonly format: 'redirect' | 'json';
}

const urlSeconds = 5 * 60;
/** The connector fetches what came in within seconds. */
const retryAfterSeconds = 2;

/**
 * Leads to the bytes of a medium, or tells about it. Throws `NOT_FOUND`; where a redirect is asked for and there are no bytes also
 * `MEDIA_NOT_READY` and `MEDIA_FAILED`.
 */
export async function getMedia(
  { tenantId, sessionId, mediaId, format }: GetMediaRequest,
  parts: MediaParts,
): Promise<Answer<z.output<typeof storedMedia>>> {
  const [session, row] = await Promise.all([
    parts.sessions.find(tenantId, sessionId),
    parts.media.find(tenantId, sessionId, mediaId),
  ]);
  if (session === undefined) throw notFound('session');
  if (row === undefined) throw notFound('media');
  const url = row.status === 'available' ? await signRead(row, parts) : null;
  if (format === 'json') {
    const expiresAt = url === null ? null : new Date(parts.now() + urlSeconds * 1_000).toISOString();
    return { data: { ...presentMedia(row), sessionId, url, expiresAt, createdAt: row.createdAt } };
  }
  if (url !== null) return { redirect: url };
  if (row.status === 'failed') {
    throw new WharfError('MEDIA_FAILED', {
      detail: 'The bytes will not come any more.',
      extra: { reason: row.failureReason ?? 'unknown' },
    });
  }
  throw new WharfError('MEDIA_NOT_READY', {
    detail: row.status === 'pending' ? 'The bytes are on their way.' : 'Nobody has uploaded the bytes yet.',
    extra: { retryAfterSeconds },
  });
}

/** The browser is told the kind and the name; nothing runs in it that a stranger sent. */
function signRead(
  { tenantId, sessionId, id, mimeType, fileName }: StoredMedia,
  { signUrl }: MediaParts,
): Promise<string> {
  const name = fileName === null ? '' : `; filename*=UTF-8''${encodeURIComponent(fileName)}`;
  return signUrl({
    method: 'GET',
    key: mediaObjectKey(tenantId, sessionId, id),
    expiresInSeconds: urlSeconds,
    query: { 'response-content-type': mimeType, 'response-content-disposition': `attachment${name}` },
  });
}
