/** What Node took for a decade, until it became 64 KiB. */
const poolBytes = 8 * 1024;

/**
 * Small buffers are cut from a common piece, which stays in memory for as long as one of them does. A session keeps dozens of keys of a few
 * bytes, made at different moments between others' garbage, and so pinned several pieces of 64 KiB; smaller pieces are pinned at an eighth of that.
 *
 * @example useSmallBufferPool(); // first thing in a process with many sessions
 */
export function useSmallBufferPool(): void {
  Buffer.poolSize = poolBytes;
}
