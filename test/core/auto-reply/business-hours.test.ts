import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BusinessHours, isOpen, isTimeZone, weekdays } from '../../../core/auto-reply/index.ts';

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/** Changes of the clock in 2026, when they happen and what the offset is before and after, in minutes. */
const changes = [
  { zone: 'Europe/Berlin', at: Date.UTC(2026, 2, 29, 1), before: 60, after: 120 },
  { zone: 'Europe/Berlin', at: Date.UTC(2026, 9, 25, 1), before: 120, after: 60 },
  { zone: 'America/New_York', at: Date.UTC(2026, 2, 8, 7), before: -300, after: -240 },
  { zone: 'America/New_York', at: Date.UTC(2026, 10, 1, 6), before: -240, after: -300 },
  // By half an hour, and in the other half of the year.
  { zone: 'Australia/Lord_Howe', at: Date.UTC(2026, 3, 4, 15), before: 660, after: 630 },
  { zone: 'Australia/Lord_Howe', at: Date.UTC(2026, 9, 3, 15, 30), before: 630, after: 660 },
] as const;

const berlinSunday = (from: string, to: string): BusinessHours => ({
  timeZone: 'Europe/Berlin',
  days: { sunday: [{ from, to }] },
});

function time(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

describe('the hour that a clock put forward leaves out, 02:00 to 03:00 on 29 March 2026 in Berlin', () => {
  const at = (moment: string) => Date.parse(`2026-03-29T${moment}:00Z`);

  it('has no opening time of its own', () => {
    const hours = berlinSunday('02:10', '02:50');
    for (let minute = 0; minute < dayMinutes; minute++)
      expect(isOpen(hours, at('00:00') + minute * minuteMs)).toBe(false);
  });

  it('opens at three who opens in it, and closes at three who closes in it', () => {
    expect(isOpen(berlinSunday('02:30', '05:00'), at('00:59'))).toBe(false);
    expect(isOpen(berlinSunday('02:30', '05:00'), at('01:00'))).toBe(true);
    expect(isOpen(berlinSunday('00:30', '02:30'), at('00:59'))).toBe(true);
    expect(isOpen(berlinSunday('00:30', '02:30'), at('01:00'))).toBe(false);
  });
});

describe('the hour that a clock put back has twice, 02:00 to 03:00 on 25 October 2026 in Berlin', () => {
  it('is open twice', () => {
    const hours = berlinSunday('02:10', '02:50');
    const open = Array.from({ length: 240 }, (_, minute) => Date.parse('2026-10-24T23:00:00Z') + minute * minuteMs)
      .filter((moment) => isOpen(hours, moment))
      .map((moment) => new Date(moment).toISOString().slice(11, 16));
    expect(open).toHaveLength(80);
    expect([open[0], open[39], open[40], open[79]]).toEqual(['00:10', '00:49', '01:10', '01:49']);
  });
});

it('opens and closes by the wall clock around every change of it', () => {
  const minute = fc.integer({ min: 0, max: dayMinutes - 1 });
  const around = fc.integer({ min: -2 * dayMinutes, max: 2 * dayMinutes });
  fc.assert(
    fc.property(fc.constantFrom(...changes), minute, minute, around, (change, from, to, offset) => {
      fc.pre(from !== to);
      const moment = change.at + offset * minuteMs;
      const wall = new Date(moment + (moment < change.at ? change.before : change.after) * minuteMs);
      const now = wall.getUTCHours() * 60 + wall.getUTCMinutes();
      // The same hours each day, so that those over midnight need no look at the day before.
      const expected = from < to ? now >= from && now < to : now >= from || now < to;
      const days = Object.fromEntries(weekdays.map((day) => [day, [{ from: time(from), to: time(to) }]]));
      expect(isOpen({ timeZone: change.zone, days }, moment)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

it('is always open without hours, and never with hours of no day', () => {
  expect(isOpen(null, 0)).toBe(true);
  expect(isOpen({ timeZone: 'UTC', days: {} }, 0)).toBe(false);
});

it('knows time zones', () => {
  expect(isTimeZone('Asia/Kolkata')).toBe(true);
  expect(isTimeZone('Europe/Atlantis')).toBe(false);
});
