import type { MediaFamily } from './media-cipher.ts';
import type { Message } from './message-content.ts';

export const mediaKinds = ['image', 'video', 'gif', 'audio', 'voice', 'document', 'sticker'] as const;
export type MediaKind = (typeof mediaKinds)[number];

/** The fields that the messages of all kinds of media share, where they have them. */
export interface MediaPart {
  readonly url?: string | null;
  readonly directPath?: string | null;
  readonly mediaKey?: Uint8Array | null;
  readonly fileSha256?: Uint8Array | null;
  readonly fileEncSha256?: Uint8Array | null;
  readonly mimetype?: string | null;
  readonly caption?: string | null;
  readonly fileName?: string | null;
  readonly seconds?: number | null;
  readonly width?: number | null;
  readonly height?: number | null;
  readonly waveform?: Uint8Array | null;
  readonly jpegThumbnail?: Uint8Array | null;
  readonly viewOnce?: boolean | null;
}

export interface MediaReference {
  readonly kind: MediaKind;
  readonly part: MediaPart;
}

export const familyOf: Readonly<Record<MediaKind, MediaFamily>> = {
  image: 'image',
  sticker: 'image',
  video: 'video',
  gif: 'video',
  audio: 'audio',
  voice: 'audio',
  document: 'document',
};

/** The file that an unwrapped message carries, if it carries one. */
export function mediaIn(content: Message): MediaReference | undefined {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage } = content;
  if (imageMessage) return { kind: 'image', part: imageMessage };
  const video = videoMessage ?? ptvMessage;
  if (video) return { kind: video.gifPlayback ? 'gif' : 'video', part: video };
  if (audioMessage) return { kind: audioMessage.ptt ? 'voice' : 'audio', part: audioMessage };
  if (documentMessage) return { kind: 'document', part: documentMessage };
  return stickerMessage ? { kind: 'sticker', part: stickerMessage } : undefined;
}
