/** Doubles from one second; a minute is long enough to be gentle and short enough that nobody asks why nothing happens. */
const baseMs = 1_000;
const capMs = 60_000;
/** From here on the cause is not a hiccup, and a try each minute from every session would be a load of its own. */
const patientAfterAttempts = 10;
const patientCapMs = 300_000;

export interface BackoffOptions {
  /** Failed attempts since the last stable connection, from 0. */
  readonly attempt: number;
  /** In [0, 1). */
  readonly random: number;
  /** The wait is never shorter, for example after 503. */
  readonly floorMs?: number;
}

/**
 * Milliseconds until the next attempt: full jitter, so that sessions that fell together do not come back together.
 *
 * @example backoffMs({ attempt: 3, random: 0.5 }) // 4000
 */
export function backoffMs({ attempt, random, floorMs = 0 }: BackoffOptions): number {
  const cap = attempt >= patientAfterAttempts ? patientCapMs : capMs;
  const spreadMs = Math.min(cap, baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(floorMs + random * spreadMs);
}
