export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/**
 * Slope of the straight line that fits samples best, in units of their value per minute; 0 for fewer than two moments.
 *
 * @example slopePerMinute([{ atMs: 0, value: 100 }, { atMs: 60_000, value: 102 }]) // 2
 */
export function slopePerMinute(samples: readonly Sample[]): number {
  const count = samples.length;
  const meanMs = samples.reduce((sum, { atMs }) => sum + atMs, 0) / count;
  const mean = samples.reduce((sum, { value }) => sum + value, 0) / count;
  const spread = samples.reduce((sum, { atMs }) => sum + (atMs - meanMs) ** 2, 0);
  const together = samples.reduce((sum, { atMs, value }) => sum + (atMs - meanMs) * (value - mean), 0);
  return spread > 0 ? (together / spread) * 60_000 : 0;
}
