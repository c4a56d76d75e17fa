import type { Media } from '../../core/messages/media.ts';

/** A medium as answered: every field is there. */
export function presentMedia(media: Media) {
  const { id, mimeType, size, fileName, sha256, status, failureReason, width, height, durationSeconds } = media;
  return {
    id,
    mimeType,
    size,
    fileName,
    sha256,
    status,
    failureReason: failureReason ?? null,
    width: width ?? null,
    height: height ?? null,
    durationSeconds: durationSeconds ?? null,
  };
}
