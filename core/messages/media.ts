/** How far the bytes of a medium are: nobody has uploaded them yet, the connector fetches them, they can be read, they will never come. */
export type MediaStatus = 'awaiting_upload' | 'pending' | 'available' | 'failed';

/** A picture, film, sound or file of a message, as events and answers show it. The bytes are read under `GET /sessions/{sessionId}/media/{id}`. */
export interface Media {
  readonly id: string;
  readonly mimeType: string;
  /** Bytes, or null while nobody knows. */
  readonly size: number | null;
  readonly fileName: string | null;
  /** Lower-case hexadecimal of the plain bytes. */
  readonly sha256: string | null;
  readonly status: MediaStatus;
  /** Stable reason of `failed`, for example `too_large`, `expired`, `url_forbidden`. */
  readonly failureReason?: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationSeconds?: number;
}

/** Where the connector takes the bytes of a medium that is to be sent. `inline` lie in the message's row until it is sent. */
export type MediaSource =
  | { readonly kind: 'stored'; readonly mediaId: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'inline' };

/** A row of its own for each medium: what the API answers, and what an upload must match. */
export interface StoredMedia extends Media {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly messageId?: string;
  readonly createdAt: string;
  readonly expiresAtSeconds: number;
}

/** WhatsApp's own limits, told before an upload: pictures and stickers, films and sounds, documents. */
export const mediaSizeMax = {
  image: 16 * 1024 * 1024,
  sticker: 1024 * 1024,
  video: 64 * 1024 * 1024,
  audio: 16 * 1024 * 1024,
  document: 100 * 1024 * 1024,
} as const;

/**
 * Key of a medium in the media bucket.
 *
 * @example mediaObjectKey('usr_…', 'ses_…', 'med_…') // 'media/usr_…/ses_…/med_…'
 */
export function mediaObjectKey(tenantId: string, sessionId: string, mediaId: string): string {
  return `media/${tenantId}/${sessionId}/${mediaId}`;
}
