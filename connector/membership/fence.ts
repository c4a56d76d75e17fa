/** Since the start of its last good beat a worker may act for this long; others take over after 6 s, so 1.5 s stand between. */
export const fenceMs = 4_500;

/**
 * Whether a worker may still act as an owner, by its own monotonic clock.
 *
 * @example mayAct({ lastGoodBeatStartedAtMs: 1_000, nowMs: 5_600 }) // false
 */
export function mayAct(times: { readonly lastGoodBeatStartedAtMs: number; readonly nowMs: number }): boolean {
  return times.nowMs - times.lastGoodBeatStartedAtMs < fenceMs;
}
