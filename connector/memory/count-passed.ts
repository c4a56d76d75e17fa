import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { readonly type: 'minor' }) => void;

/** What streams may leave behind before it is collected. */
const garbageBytesMax = 4 * 1024 * 1024;

/** There is one heap in a process, and so one count of what passed through it. */
let passedBytes = 0;
let collect: Collect | undefined;

/**
 * To be told of each chunk of a large stream. The bytes of buffers lie outside of V8's heap: their holders are so small that it sees no reason to
 * collect them, and a film of 15 MB leaves 50 MB behind until it does. A young collection takes a millisecond or two.
 *
 * @example for await (const chunk of file) countPassed(chunk.length);
 */
export function countPassed(bytes: number): void {
  passedBytes += bytes;
  if (passedBytes < garbageBytesMax) return;
  passedBytes = 0;
  collect ??= exposeCollection();
  collect({ type: 'minor' });
}

function exposeCollection(): Collect {
  setFlagsFromString('--expose-gc');
  const exposed = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return exposed;
}
