import type { WorkerRow } from '../../core/fleet/fleet-rows.ts';

/** A beat that stands still this long, by the observer's own clock, is that of a dead: three beats and a margin above the self-fence. */
export const silenceMsMax = 6_000;

export interface Seen {
  readonly beat: number;
  readonly sinceMs: number;
  /** When the incarnation was seen for the first time. */
  readonly firstMs: number;
}

/** What an observer remembers between two looks, by incarnation. */
export type Observations = ReadonlyMap<string, Seen>;

export interface Observed {
  readonly observations: Observations;
  /** Incarnations that live, as far as this observer can tell. */
  readonly live: readonly WorkerRow[];
}

/**
 * Looks at the workers' beats once more. A beat is a counter and not a time, so clocks of different machines are never compared: an
 * observer waits itself for `silenceMsMax` before it calls another dead. Who is seen for the first time counts as alive.
 *
 * @example const { live, observations } = observeWorkers(rows, earlier, performance.now());
 */
export function observeWorkers(rows: readonly WorkerRow[], earlier: Observations, nowMs: number): Observed {
  const observations = new Map<string, Seen>();
  const live: WorkerRow[] = [];
  for (const row of rows) {
    const seen = observeBeat(earlier.get(row.incarnation), row.beat, nowMs);
    observations.set(row.incarnation, seen);
    if (row.dead !== true && !isSilent(seen, nowMs)) live.push(row);
  }
  return { observations, live };
}

/** Notes one more look at a beat. */
export function observeBeat(before: Seen | undefined, beat: number, nowMs: number): Seen {
  if (before === undefined) return { beat, sinceMs: nowMs, firstMs: nowMs };
  return before.beat === beat ? before : { beat, sinceMs: nowMs, firstMs: before.firstMs };
}

export function isSilent({ sinceMs }: Seen, nowMs: number): boolean {
  return nowMs - sinceMs >= silenceMsMax;
}
