import type { proto } from '@whiskeysockets/baileys';
import type { Media } from '../../../../core/messages/media.ts';
import type { MediaType, MessageContent } from '../../../../core/messages/message-content.ts';
import { cutText } from './cut-text.ts';
import type { ContentReaders, ReadParts } from './read-parts.ts';

/** What all media messages of the protocol have in common. */
export interface MediaPart {
  readonly url?: string | null;
  readonly directPath?: string | null;
  readonly mediaKey?: Uint8Array | null;
  readonly mimetype?: string | null;
  readonly fileLength?: unknown;
  readonly fileSha256?: Uint8Array | null;
  readonly fileEncSha256?: Uint8Array | null;
  readonly fileName?: string | null;
  readonly title?: string | null;
  readonly caption?: string | null;
  readonly seconds?: number | null;
  readonly width?: number | null;
  readonly height?: number | null;
}

const defaultMimeTypes: Readonly<Record<MediaType, string>> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  gif: 'video/mp4',
  audio: 'audio/mp4',
  voice: 'audio/ogg; codecs=opus',
  document: 'application/octet-stream',
  sticker: 'image/webp',
};
const fileNameCharactersMax = 255;
const mimeTypeCharactersMax = 100;
const hashBytes = 32;
const keyBytes = 32;

/** Readers of pictures, films, sounds, files and stickers. */
export const mediaReaders: ContentReaders = {
  imageMessage: (part, parts) => readMedia('image', part, parts),
  videoMessage: (part, parts) => readMedia(part.gifPlayback ? 'gif' : 'video', part, parts),
  /** A round film, taken like a voice note. */
  ptvMessage: (part, parts) => readMedia('video', part, parts),
  audioMessage: (part, parts) => readMedia(part.ptt ? 'voice' : 'audio', part, parts),
  documentMessage: (part, parts) => readMedia('document', part, parts),
  stickerMessage: (part, parts) => readMedia('sticker', part, parts),
};

function readMedia(type: MediaType, part: MediaPart, { mediaId }: ReadParts): MessageContent {
  const caption = cutText(part.caption);
  return { type, media: mediaOf(type, part, mediaId), ...(caption === undefined ? {} : { caption }) };
}

function mediaOf(type: MediaType, part: MediaPart, id: string): Media {
  const media = {
    id,
    mimeType: cutText(part.mimetype, mimeTypeCharactersMax) ?? defaultMimeTypes[type],
    size: wholeNumber(part.fileLength) ?? null,
    fileName: cutText(part.fileName ?? (type === 'document' ? part.title : undefined), fileNameCharactersMax) ?? null,
    sha256: part.fileSha256?.length === hashBytes ? Buffer.from(part.fileSha256).toString('hex') : null,
    ...optional('width', part.width),
    ...optional('height', part.height),
    ...optional('durationSeconds', part.seconds),
  };
  // View-once media are for the phone alone: linked devices get the message without a key.
  if (!isFetchable(part)) return { ...media, status: 'failed', failureReason: 'not_for_linked_devices' };
  return { ...media, status: 'pending' };
}

/** Whether a medium says where its bytes are and how they are encrypted. */
export function isFetchable({ mediaKey, directPath, url }: MediaPart): boolean {
  return mediaKey?.length === keyBytes && Boolean(directPath || url);
}

function optional<Name extends string>(name: Name, value: number | null | undefined): { [Key in Name]?: number } {
  const number = wholeNumber(value);
  return number === undefined || number === 0 ? {} : ({ [name]: number } as { [Key in Name]: number });
}

/** Lengths arrive as numbers or as the protocol's long integers. */
function wholeNumber(value: unknown): number | undefined {
  const number = Number(value ?? Number.NaN);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** The medium in an unwrapped message, and the family whose keys encrypt it. */
export function mediaPartOf(
  message: proto.IMessage,
): { readonly part: MediaPart; readonly family: MediaFamily } | undefined {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage } = message;
  if (imageMessage) return { part: imageMessage, family: 'image' };
  if (stickerMessage) return { part: stickerMessage, family: 'image' };
  const video = videoMessage ?? ptvMessage;
  if (video) return { part: video, family: 'video' };
  if (audioMessage) return { part: audioMessage, family: 'audio' };
  return documentMessage ? { part: documentMessage, family: 'document' } : undefined;
}

/** Families of media, each with encryption keys of its own. */
export type MediaFamily = 'image' | 'video' | 'audio' | 'document';
