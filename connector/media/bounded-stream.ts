import { countPassed } from '../memory/count-passed.ts';

export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** The same chunks, until they are more than `bytesMax`: then `TooLargeError`. */
export async function* boundedStream(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    countPassed(chunk.length);
    if (bytes > bytesMax) throw new TooLargeError(`There are more than ${bytesMax} bytes.`);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  }
}
