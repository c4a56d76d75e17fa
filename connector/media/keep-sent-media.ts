import { derivedId } from '../../core/ids.ts';
import { type Media, mediaObjectKey, type StoredMedia } from '../../core/messages/media.ts';
import type { MediaRepository } from '../../core/messages/media-repository.ts';
import type { Message } from '../../core/messages/message.ts';
import type { MediaFile } from '../engine/media-file.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { ObjectStore } from './object-store.ts';

export interface KeepSentMediaOptions {
  readonly objects: Pick<ObjectStore, 'putFile'>;
  readonly media: Pick<MediaRepository, 'put'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** What became of a medium that is about to be sent. */
export interface SentMedia {
  /** As the message will show it: of the bytes that WhatsApp gets. */
  readonly media: Media;
  readonly file: MediaFile;
  /** The bytes are those of the tenant, not made into others. */
  readonly isUnchanged: boolean;
}

/**
 * Keeps the bytes that WhatsApp gets, so that `GET /media/{id}` of a sent message gives what its `sha256` says. An upload that was sent as it is lies in the bucket
 * already; what came by URL, inside the request, or was converted is copied, the latter under an id of its own, since the upload may be sent
 * again as something else. A copy that fails does not keep the message back: it then says `not_stored`. Throws when a row cannot be written.
 *
 * @example await createKeepSentMedia(options)(message, { media, file, isUnchanged: false }) // with `status: 'available'`
 */
export function createKeepSentMedia({ objects, media: rows, logger }: KeepSentMediaOptions) {
  return async (message: Message, sent: SentMedia): Promise<Media> => {
    const { tenantId, sessionId, messageId, createdAt, expiresAtSeconds } = message;
    const { file, isUnchanged } = sent;
    const isThere = message.mediaSource?.kind === 'stored' && isUnchanged;
    // Of a message that came in, and goes on as it came.
    if (isThere && sent.media.status === 'available') return sent.media;
    const id = isThere ? sent.media.id : derivedId('med', [messageId]);
    let media: Media = { ...sent.media, id, status: 'available' };
    try {
      if (!isThere) await objects.putFile(mediaObjectKey(tenantId, sessionId, id), file);
    } catch (error) {
      logger.warn({ sessionId, messageId, ...errorFields(error) }, 'The copy of a sent medium was not stored');
      media = { ...media, status: 'failed', failureReason: 'not_stored' };
    }
    const row: StoredMedia = { ...media, tenantId, sessionId, messageId, createdAt, expiresAtSeconds };
    await rows.put(row);
    return media;
  };
}
