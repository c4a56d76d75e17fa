import { UserError } from '../user-error.ts';
import { cronField } from './cron-field.ts';

/** Milliseconds since the epoch of the first occurrence after the given one; `undefined` when there is none any more. */
export type NextOccurrence = (afterMs: number) => number | undefined;

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** A date such as 29 February on a Monday comes within 28 years. */
const daysAheadMax = 366 * 29;

/**
 * Reads `rate(5 minutes)` and `cron(0 3 ? * MON-FRI *)` as EventBridge writes them, in UTC. A rate counts from the moment that it is first asked.
 *
 * @example scheduleExpression('cron(30 2 * * ? *)')(Date.UTC(2026, 10, 22)) // 2026-11-22T02:30:00Z
 */
export function scheduleExpression(expression: string): NextOccurrence {
  const match = /^(rate|cron)\((.*)\)$/.exec(expression.trim());
  if (match?.[1] === 'rate') return rate(match[2] ?? '', expression);
  if (match?.[1] === 'cron') return cron(match[2] ?? '', expression);
  throw new UserError(`The runner cannot read the schedule ${JSON.stringify(expression)}.`);
}

function rate(text: string, expression: string): NextOccurrence {
  const match = /^(\d+) (minute|hour|day)s?$/.exec(text.trim());
  const periodMs = Number(match?.[1] ?? 0) * (unitMs[match?.[2] ?? ''] ?? 0);
  if (periodMs === 0) throw new UserError(`The runner cannot read the schedule ${JSON.stringify(expression)}.`);
  return (afterMs) => afterMs + periodMs;
}

function cron(text: string, expression: string): NextOccurrence {
  const fields = text.trim().split(/\s+/);
  const [minuteText, hourText, dayText, monthText, weekdayText, yearText] = fields;
  if (fields.length !== 6 || yearText === undefined) {
    throw new UserError(`The schedule ${JSON.stringify(expression)} does not have six fields.`);
  }
  const minutes = [...cronField(minuteText ?? '', { least: 0, most: 59 })].sort((left, right) => left - right);
  const hours = [...cronField(hourText ?? '', { least: 0, most: 23 })].sort((left, right) => left - right);
  const days = cronField(dayText ?? '', { least: 1, most: 31 });
  const months = cronField(monthText ?? '', { least: 1, most: 12, names: monthNames });
  const weekdays = cronField(weekdayText ?? '', { least: 1, most: 7, names: dayNames });
  const years = cronField(yearText, { least: 1970, most: 2199 });
  const fits = (date: Date) =>
    years.has(date.getUTCFullYear()) &&
    months.has(date.getUTCMonth() + 1) &&
    days.has(date.getUTCDate()) &&
    weekdays.has(date.getUTCDay() + 1);
  return (afterMs) => nextOccurrence(afterMs, fits, hours, minutes);
}

function nextOccurrence(
  afterMs: number,
  fits: (date: Date) => boolean,
  hours: readonly number[],
  minutes: readonly number[],
): number | undefined {
  const dayMs = unitMs.day ?? 0;
  let day = Math.floor(afterMs / dayMs) * dayMs;
  for (let count = 0; count < daysAheadMax; count += 1, day += dayMs) {
    if (!fits(new Date(day))) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const at = day + hour * 3_600_000 + minute * 60_000;
        if (at > afterMs) return at;
      }
    }
  }
  return undefined;
}
