import { utcMonth } from '../utc-calendar.ts';
import { addUsage, isActive, noUsage, type SessionUsage, type UsageCounts, type UsageOfPeriod } from './usage.ts';

/** Days (`2026-11-01`) or months (`2026-11`), both ends included. */
export interface UsageRange {
  readonly by: 'day' | 'month';
  readonly from: string;
  readonly to: string;
}

const dayMs = 86_400_000;
/** A year and the month to compare it with. */
export const monthsMax = 13;
export const daysMax = 92;

/**
 * The periods of a range in order, or undefined when it is malformed, turned round or too long (92 days, 13 months).
 *
 * @example periodsOf({ by: 'month', from: '2026-10', to: '2026-11' }) // ['2026-10', '2026-11']
 */
export function periodsOf(range: UsageRange): readonly string[] | undefined {
  const [length, most] = range.by === 'day' ? [10, daysMax] : [7, monthsMax];
  const start = Date.parse(range.from);
  if (!isPeriod(range.from, length) || !isPeriod(range.to, length) || range.from > range.to) return undefined;
  const periods: string[] = [];
  for (let period = range.from; period <= range.to; ) {
    if (periods.push(period) > most) return undefined;
    period = range.by === 'day' ? new Date(start + periods.length * dayMs).toISOString().slice(0, 10) : after(period);
  }
  return periods;
}

/** The months in which periods lie. */
export function monthsOf(periods: readonly string[]): readonly string[] {
  return [...new Set(periods.map((period) => period.slice(0, 7)))];
}

/** Sums the rows of many sessions into the periods of a range; a period without rows is all noughts. */
export function sumUsage(periods: readonly string[], rows: Iterable<SessionUsage>): readonly UsageOfPeriod[] {
  const sums = new Map(periods.map((period) => [period, { counts: noUsage, activeSessions: 0 }]));
  const add = (period: string, counts: UsageCounts): void => {
    const sum = sums.get(period);
    if (sum === undefined || !isActive(counts)) return;
    sums.set(period, { counts: addUsage(sum.counts, counts), activeSessions: sum.activeSessions + 1 });
  };
  for (const row of rows) {
    add(row.month, row);
    for (const day of row.days) add(day.day, day);
  }
  return [...sums].map(([period, { counts, activeSessions }]) => ({ period, ...counts, activeSessions }));
}

/** Whether a text is a real day or month in the very spelling that the rows use. */
function isPeriod(text: string, length: number): boolean {
  const atMs = Date.parse(text);
  return text.length === length && !Number.isNaN(atMs) && new Date(atMs).toISOString().slice(0, length) === text;
}

function after(month: string): string {
  return utcMonth(Date.parse(month) + 31 * dayMs);
}
