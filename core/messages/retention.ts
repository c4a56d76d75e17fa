/** Messages are kept for retries, receipts and edits, not as an archive. */
const retentionSeconds = 30 * 86_400;

/** Value of the time-to-live attribute of a message row that is written now. */
export function messageExpiresAtSeconds(nowMs: number): number {
  return Math.floor(nowMs / 1_000) + retentionSeconds;
}
