import type { Sharp, SharpOptions } from 'sharp';
import type { MadeMedia } from './prepare-by-type.ts';
import { UnusableMediaError } from './unusable-media-error.ts';

/** A small file can unfold to gigabytes. */
const pixelsMax = 50_000_000;
/** What a phone shows, blurred, until it has fetched the picture. */
const thumbnailPixels = 72;
const stickerPixels = 512;
const stickerBytesMax = 1024 * 1024;
/** Formats that phones show as they are. */
const shownFormats: ReadonlySet<string> = new Set(['jpeg', 'png']);

/** A JPEG or PNG goes as it is, byte for byte; any other picture becomes a JPEG. Throws `UnusableMediaError`. */
export async function prepareImage(path: string): Promise<MadeMedia> {
  return reading(async () => {
    const { format, width, height, orientation = 1 } = await (await open(path)).metadata();
    const thumbnail = await (await open(path))
      .rotate()
      .resize(thumbnailPixels, thumbnailPixels, { fit: 'inside' })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 50 })
      .toBuffer();
    if (format !== undefined && shownFormats.has(format)) {
      // Above 4 the picture lies on its side.
      const frame = orientation > 4 ? { width: height, height: width } : { width, height };
      return { path, mimeType: `image/${format}`, thumbnail, ...frame };
    }
    const made = `${path}.made`;
    const picture = await open(path);
    const info = await picture.rotate().flatten({ background: '#ffffff' }).jpeg({ quality: 85 }).toFile(made);
    return { path: made, mimeType: 'image/jpeg', thumbnail, width: info.width, height: info.height };
  });
}

/** A picture of any format becomes a WebP of 512 by 512 pixels; an animation stays one. Throws `UnusableMediaError`. */
export async function prepareSticker(path: string): Promise<MadeMedia> {
  return reading(async () => {
    const { pages = 1 } = await (await open(path)).metadata();
    const made = `${path}.made`;
    const isAnimated = pages > 1;
    for (const quality of [80, 50, 20]) {
      const { size } = await (await open(path, { animated: isAnimated }))
        .resize(stickerPixels, stickerPixels, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } })
        .webp({ quality })
        .toFile(made);
      if (size > stickerBytesMax) continue;
      return { path: made, mimeType: 'image/webp', width: stickerPixels, height: stickerPixels, isAnimated };
    }
    throw new UnusableMediaError('too_large');
  });
}

/** Loaded with the first picture: a connector that sends none does without its 20 MB. */
async function open(path: string, options: SharpOptions = {}): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  // Pictures come one at a time; a cache would hold what nobody asks for again, and each thread its own buffers.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp(path, { limitInputPixels: pixelsMax, sequentialRead: true, ...options });
}

/** Whatever the library says of a picture, it says of the bytes that it was given. */
async function reading<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnusableMediaError) throw error;
    throw new UnusableMediaError('media_unreadable', { cause: error });
  }
}
