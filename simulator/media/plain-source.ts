import { createHash } from 'node:crypto';
import type { FileStore } from './file-store.ts';

/** Where a phone takes a file from: bytes in the request, a file uploaded before, or made-up bytes of a size. */
export interface FileSource {
  readonly base64?: string | undefined;
  /** Id of a file of `POST /media`. */
  readonly media?: string | undefined;
  readonly size?: number | undefined;
}

const blockBytes = 64 * 1024;

/** The plain bytes of a source; undefined when it names a file that is not there. */
export function readSource(gallery: FileStore, source: FileSource): AsyncIterable<Buffer> | undefined {
  if (source.media !== undefined) return gallery.read(source.media);
  if (source.base64 !== undefined) return once(Buffer.from(source.base64, 'base64'));
  return madeUp(source.size ?? 1);
}

async function* once(bytes: Buffer): AsyncIterable<Buffer> {
  yield bytes;
}

/** Bytes that look random and are the same each time. */
async function* madeUp(size: number): AsyncIterable<Buffer> {
  for (let start = 0, index = 0; start < size; start += blockBytes, index++) {
    const block = createHash('shake256', { outputLength: Math.min(blockBytes, size - start) });
    yield block.update(`block ${index}`).digest();
  }
}
