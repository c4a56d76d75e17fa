const daySeconds = 86_400;

/** Value of the time-to-live attribute of a message row that is written now; the days are those of the account's plan. */
export function messageExpiresAtSeconds(nowMs: number, retentionDays: number): number {
  return Math.floor(nowMs / 1_000) + retentionDays * daySeconds;
}
