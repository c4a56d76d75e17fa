import type { ScalerRow, WorkerRow } from '../../core/fleet/fleet-rows.ts';

/**
 * A beat that stands still this long is that of a dead worker. Far above the 6 s of the workers among themselves: nothing is taken from
 * anybody here, and the clocks of two runs of the function may differ.
 */
export const silentMsMax = 30_000;

export interface LiveWorkers {
  readonly live: readonly WorkerRow[];
  readonly beats: ScalerRow['beats'];
}

/**
 * Tells the workers that beat from the rows that dead ones left. One that is seen for the first time counts as alive.
 *
 * @example const { live, beats } = liveWorkers(rows, row?.beats ?? {}, Date.now());
 */
export function liveWorkers(rows: readonly WorkerRow[], earlier: ScalerRow['beats'], nowMs: number): LiveWorkers {
  const beats: Record<string, { readonly beat: number; readonly since: number }> = {};
  const live: WorkerRow[] = [];
  for (const row of rows) {
    const before = earlier[row.incarnation];
    const seen = before !== undefined && before.beat === row.beat ? before : { beat: row.beat, since: nowMs };
    beats[row.incarnation] = seen;
    if (row.dead !== true && nowMs - seen.since < silentMsMax) live.push(row);
  }
  return { live, beats };
}
