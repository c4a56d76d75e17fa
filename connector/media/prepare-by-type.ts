import type { MediaType } from '../../core/messages/message-content.ts';
import type { MediaFile } from '../engine/media-file.ts';
import { prepareImage, prepareSticker } from './prepare-image.ts';
import { prepareVoice } from './prepare-voice.ts';
import { UnusableMediaError } from './unusable-media-error.ts';

export interface RawMedia {
  readonly path: string;
  /** By the first bytes; `undefined` for what has no mark, plain text above all. */
  readonly sniffed: string | undefined;
  readonly declared: string;
}

/** A medium as WhatsApp plays it; the file is the given one, or `<path>.made`. */
export type MadeMedia = Omit<MediaFile, 'size' | 'sha256'>;

/** Sounds that phones play as they are. */
const playableAudio: ReadonlySet<string> = new Set([
  'audio/mpeg',
  'audio/mp4',
  'audio/x-m4a',
  'audio/aac',
  'audio/amr',
  'audio/ogg',
  'audio/ogg; codecs=opus',
]);
const playableVideo: ReadonlySet<string> = new Set(['video/mp4', 'video/3gpp', 'video/quicktime', 'video/x-m4v']);

/**
 * Checks the bytes of a medium against what it shall be sent as, and converts where that is cheap. Films are sent as they are, and without a
 * preview picture: a film tool in the container would be larger than all the rest of it. Throws `UnusableMediaError`.
 *
 * @example await prepareByType('voice', { path, sniffed: 'audio/wav', declared: 'audio/wav' })
 */
export async function prepareByType(type: MediaType, raw: RawMedia): Promise<MadeMedia> {
  const { path, sniffed, declared } = raw;
  switch (type) {
    case 'image':
      return prepareImage(path);
    case 'sticker':
      return prepareSticker(path);
    case 'video':
    case 'gif':
      if (sniffed === undefined || !playableVideo.has(sniffed)) throw new UnusableMediaError('media_type_unsupported');
      return { path, mimeType: sniffed === 'video/3gpp' ? sniffed : 'video/mp4' };
    case 'audio':
      if (sniffed === undefined || !playableAudio.has(sniffed)) throw new UnusableMediaError('media_type_unsupported');
      return { path, mimeType: sniffed === 'audio/x-m4a' ? 'audio/mp4' : sniffed };
    case 'voice':
      return prepareVoice(path, sniffed);
    case 'document':
      return { path, mimeType: sniffed ?? declared, fileName: 'file' };
  }
}
