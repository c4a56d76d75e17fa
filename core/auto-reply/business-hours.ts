import { type BusinessHours, type OpeningTime, weekdays } from './auto-reply.ts';

/**
 * Whether a moment lies in the business hours, by the wall clock of their zone: a clock that is put forward or back moves the hours with
 * it. Without hours it is always open.
 *
 * @example isOpen({ timeZone: 'Europe/Berlin', days: { monday: [{ from: '09:00', to: '17:00' }] } }, Date.now())
 */
export function isOpen(hours: BusinessHours | null, nowMs: number): boolean {
  if (hours === null) return true;
  const { day, minute } = wallClock(hours.timeZone, nowMs);
  const yesterday = (day + weekdays.length - 1) % weekdays.length;
  return (
    openingTimes(hours, day).some(({ from, to }) => (from < to ? minute >= from && minute < to : minute >= from)) ||
    openingTimes(hours, yesterday).some(({ from, to }) => from >= to && minute < to)
  );
}

/** Whether the zone is one that this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // A RangeError is the one way in which Intl says that it knows no such zone.
    return false;
  }
}

function openingTimes({ days }: BusinessHours, day: number): { readonly from: number; readonly to: number }[] {
  const name = weekdays[day];
  const times: readonly OpeningTime[] = (name === undefined ? undefined : days[name]) ?? [];
  return times.map(({ from, to }) => ({ from: minutesOf(from), to: minutesOf(to) }));
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Day of the week, Monday 0, and minute of the day. */
function wallClock(timeZone: string, nowMs: number): { readonly day: number; readonly minute: number } {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  const name = parts.get('weekday')?.toLowerCase() as (typeof weekdays)[number];
  const day = weekdays.indexOf(name);
  return { day, minute: minutesOf(`${parts.get('hour')}:${parts.get('minute')}`) };
}
