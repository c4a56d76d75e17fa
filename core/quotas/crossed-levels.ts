export type QuotaLevel = 'warning' | 'exceeded';

/** Share of a limit at which the account is told that it will soon be reached. */
const warningShare = 0.8;

/** The count from which `warning` holds: at least 80 % of the limit. */
export function warningCount(limit: number): number {
  // 0.8 has no exact binary form: without rounding, 80 % of 35 would be 29.
  return Math.ceil(Number((limit * warningShare).toFixed(6)));
}

/**
 * The levels that a count passed on its way from `before` to `after`. A limit so small that both levels are one count gives
 * `exceeded` alone.
 *
 * @example crossedLevels({ before: 7, after: 8, limit: 10 }) // ['warning']
 */
export function crossedLevels(move: {
  readonly before: number;
  readonly after: number;
  readonly limit: number;
}): readonly QuotaLevel[] {
  const { before, after, limit } = move;
  const isCrossed = (count: number) => before < count && count <= after;
  const levels: QuotaLevel[] = [];
  if (warningCount(limit) < limit && isCrossed(warningCount(limit))) levels.push('warning');
  if (isCrossed(limit)) levels.push('exceeded');
  return levels;
}
