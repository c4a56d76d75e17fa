const dayMs = 24 * 60 * 60 * 1_000;

/** The day of a moment in UTC. @example utcDay(Date.UTC(2026, 10, 22, 23)) // '2026-11-22' */
export function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** The month of a moment in UTC. @example utcMonth(Date.UTC(2026, 10, 22)) // '2026-11' */
export function utcMonth(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}

/** The first moment of the next day in UTC, in milliseconds since the epoch. */
export function nextUtcDayMs(atMs: number): number {
  return (Math.floor(atMs / dayMs) + 1) * dayMs;
}

/** The first moment of the month after `month` (`2026-11`) in UTC, in milliseconds since the epoch. */
export function endOfUtcMonthMs(month: string): number {
  return Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 1);
}
