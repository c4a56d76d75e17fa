import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';
import { type Media, mediaObjectKey, mediaSizeMax } from '../../core/messages/media.ts';
import type { Message } from '../../core/messages/message.ts';
import { hasMedia, type MediaType, type ShownContent } from '../../core/messages/message-content.ts';
import type { GuardedAgent } from '../../core/webhooks/guard/index.ts';
import type { MediaFile } from '../engine/media-file.ts';
import { errorFields } from '../logger.ts';
import { countPassed } from '../memory/count-passed.ts';
import { TooLargeError } from './bounded-stream.ts';
import { downloadUrl } from './download-url.ts';
import { createKeepSentMedia, type KeepSentMediaOptions } from './keep-sent-media.ts';
import type { ObjectStore } from './object-store.ts';
import { type MadeMedia, prepareByType, type RawMedia } from './prepare-by-type.ts';
import type { TempFolder } from './temp-folder.ts';
import { UnusableMediaError } from './unusable-media-error.ts';

export interface PrepareMediaOptions extends KeepSentMediaOptions {
  readonly objects: ObjectStore;
  readonly agent: GuardedAgent;
  readonly folder: TempFolder;
}

type MediaContent = Extract<ShownContent, { readonly media: Media }>;

export type PreparedMedia =
  | {
      readonly kind: 'prepared';
      readonly file: MediaFile;
      /** With what was found out about the medium. */
      readonly content: MediaContent;
      /** Removes the file. */
      readonly remove: () => Promise<void>;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly remove?: undefined }
  | { readonly kind: 'unknown'; readonly reason: string; readonly remove?: undefined };

export type PrepareMedia = (message: Message) => Promise<PreparedMedia>;

const sizeMax: Readonly<Record<MediaType, number>> = {
  ...mediaSizeMax,
  gif: mediaSizeMax.video,
  voice: mediaSizeMax.audio,
  // Made into 512 pixels by us.
  sticker: mediaSizeMax.image,
};

/**
 * Brings the bytes of a medium that is to be sent onto this machine's disk, finds out what they are, and makes of them what WhatsApp plays.
 * Never throws for what a tenant gave; throws for our own stores.
 *
 * @example const prepared = await createPrepareMedia(options)(message)
 */
export function createPrepareMedia(options: PrepareMediaOptions): PrepareMedia {
  const { folder } = options;
  const keep = createKeepSentMedia(options);
  return async (message) => {
    const { content } = message;
    if (!hasMedia(content)) return { kind: 'failed', reason: 'no_media' };
    const path = folder.newPath();
    const remove = async () => {
      await Promise.all([folder.remove(path), folder.remove(`${path}.made`)]);
    };
    try {
      const fetched = await fetchSource(options, message, content, path);
      if (fetched !== undefined) {
        await remove();
        return fetched;
      }
      const sniffed = (await fileTypeFromFile(path))?.mime;
      const made = await convert(content.type, { path, sniffed, declared: content.media.mimeType });
      const { size } = await stat(made.path);
      const fileName = content.media.fileName ?? made.fileName;
      const file: MediaFile = {
        ...made,
        size,
        sha256: await sha256Of(made.path),
        ...(fileName === undefined ? {} : { fileName }),
      };
      const isUnchanged = made.path === path;
      const media = await keep(message, { media: mediaOf(content.media, file), file, isUnchanged });
      return { kind: 'prepared', file, content: { ...content, media }, remove };
    } catch (error) {
      await remove();
      if (error instanceof UnusableMediaError) return { kind: 'failed', reason: error.reason };
      if (!(error instanceof ConversionError)) throw error;
      const { sessionId, messageId } = message;
      options.logger.warn({ sessionId, messageId, ...errorFields(error.cause) }, 'A medium could not be converted');
      return { kind: 'unknown', reason: 'media_not_converted' };
    }
  };
}

/** A tool failed, which may be its fault: the message is tried again some times and then fails, instead of holding up its session. */
class ConversionError extends Error {}

async function convert(type: MediaType, raw: RawMedia): Promise<MadeMedia> {
  try {
    return await prepareByType(type, raw);
  } catch (error) {
    if (error instanceof UnusableMediaError) throw error;
    throw new ConversionError('A medium could not be converted.', { cause: error });
  }
}

/** `undefined` once the bytes are in the file. */
async function fetchSource(
  { objects, agent }: PrepareMediaOptions,
  { mediaSource, mediaBytes, tenantId, sessionId }: Message,
  { type }: MediaContent,
  path: string,
): Promise<Exclude<PreparedMedia, { kind: 'prepared' }> | undefined> {
  const bytesMax = sizeMax[type];
  switch (mediaSource?.kind) {
    case 'inline':
      if (mediaBytes === undefined) return { kind: 'failed', reason: 'media_missing' };
      await writeFile(path, mediaBytes);
      return undefined;
    case 'url': {
      const outcome = await downloadUrl(mediaSource.url, path, { agent, bytesMax });
      return outcome.kind === 'downloaded' ? undefined : outcome;
    }
    case 'stored': {
      const key = mediaObjectKey(tenantId, sessionId, mediaSource.mediaId);
      try {
        if (await objects.getFile(key, path, bytesMax)) return undefined;
      } catch (error) {
        if (error instanceof TooLargeError) return { kind: 'failed', reason: 'too_large' };
        return { kind: 'unknown', reason: 'media_not_read' };
      }
      return { kind: 'failed', reason: 'media_missing' };
    }
    case undefined:
      return { kind: 'failed', reason: 'media_missing' };
  }
}

/** What the tenant sees of the medium: its own bytes may have been made into others, and then the numbers are those of the others. */
function mediaOf(media: Media, { mimeType, size, sha256, width, height, durationSeconds, fileName }: MediaFile): Media {
  return {
    ...media,
    mimeType,
    size,
    sha256,
    fileName: fileName ?? null,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(durationSeconds === undefined ? {} : { durationSeconds: Math.round(durationSeconds) }),
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    countPassed(chunk.length);
    hash.update(chunk);
  }
  return hash.digest('hex');
}
