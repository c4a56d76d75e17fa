import type { proto } from '@whiskeysockets/baileys';
import type { MediaType, ShownContent } from '../../../../core/messages/message-content.ts';
import type { MediaFile } from '../../media-file.ts';
import type { UploadedMedia } from '../media/upload-media.ts';
import type { MediaFamily } from './read-media.ts';

const families: Readonly<Record<MediaType, MediaFamily>> = {
  image: 'image',
  sticker: 'image',
  video: 'video',
  gif: 'video',
  audio: 'audio',
  voice: 'audio',
  document: 'document',
};

export function familyOf(type: MediaType): MediaFamily {
  return families[type];
}

/** The message of an uploaded medium. */
export function writeMedia(
  content: Extract<ShownContent, { type: MediaType }>,
  file: MediaFile,
  uploaded: UploadedMedia,
  { viewOnce, nowMs }: { readonly viewOnce: boolean; readonly nowMs: number },
): proto.IMessage {
  const { type, caption } = content;
  const common = {
    ...uploaded,
    mediaKeyTimestamp: Math.floor(nowMs / 1000),
    mimetype: file.mimeType,
    ...(viewOnce ? { viewOnce } : {}),
  };
  const captioned = caption === undefined ? {} : { caption };
  const preview = file.thumbnail === undefined ? {} : { jpegThumbnail: file.thumbnail };
  const frame = file.width === undefined || file.height === undefined ? {} : { width: file.width, height: file.height };
  const seconds = file.durationSeconds === undefined ? {} : { seconds: Math.max(1, Math.round(file.durationSeconds)) };
  switch (type) {
    case 'image':
      return { imageMessage: { ...common, ...captioned, ...preview, ...frame } };
    case 'video':
    case 'gif':
      return {
        videoMessage: {
          ...common,
          ...captioned,
          ...preview,
          ...frame,
          ...seconds,
          ...(type === 'gif' ? { gifPlayback: true } : {}),
        },
      };
    case 'audio':
      return { audioMessage: { ...common, ...seconds } };
    case 'voice':
      return {
        audioMessage: {
          ...common,
          ...seconds,
          ptt: true,
          ...(file.waveform === undefined ? {} : { waveform: file.waveform }),
        },
      };
    case 'sticker':
      return { stickerMessage: { ...common, ...frame, ...(file.isAnimated ? { isAnimated: true } : {}) } };
    case 'document': {
      const fileName = file.fileName ?? 'file';
      return { documentMessage: { ...common, ...captioned, ...preview, fileName, title: fileName } };
    }
  }
}
