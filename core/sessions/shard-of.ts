import { createHash } from 'node:crypto';

/**
 * The shard of a new session. Recorded on its row and never computed again, so that the number of shards may change.
 *
 * @example shardOf('ses_01k…', 64) // 0 to 63, evenly spread
 */
export function shardOf(sessionId: string, shardCount: number): number {
  if (!Number.isInteger(shardCount) || shardCount < 1) throw new Error('The number of shards must be at least 1.');
  return createHash('sha256').update(sessionId).digest().readUInt32BE(0) % shardCount;
}
