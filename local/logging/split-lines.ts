import { StringDecoder } from 'node:string_decoder';

/** A line without an end is given away at this size, so that memory stays bounded. */
const openLineCharactersMax = 65_536;

/**
 * Turns chunks of output into lines. The returned functions take the next chunk, and give away the last line that has no end.
 *
 * @example const lines = splitLines((line) => console.log(line)); stream.on('data', lines.push); stream.on('end', lines.end);
 */
export function splitLines(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let open = '';
  const take = (text: string) => {
    const lines = (open + text).split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line);
    if (open.length > openLineCharactersMax) {
      onLine(open);
      open = '';
    }
  };
  return {
    push: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (open.trim() !== '') onLine(open);
      open = '';
    },
  };
}
