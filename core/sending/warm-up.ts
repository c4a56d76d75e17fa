/** Days since linking from which a share of the limit counts, in percent. */
const steps: readonly (readonly [fromDay: number, percent: number])[] = [
  [14, 100],
  [10, 80],
  [7, 60],
  [4, 40],
  [2, 30],
  [0, 20],
];

const dayMs = 24 * 60 * 60 * 1_000;

/**
 * How many new chats a day are allowed so long after linking. Of the default limit of 50:
 *
 * | Days since linking | Share | New chats a day |
 * |---|---|---|
 * | 0 and 1 | 20 % | 10 |
 * | 2 and 3 | 30 % | 15 |
 * | 4 to 6 | 40 % | 20 |
 * | 7 to 9 | 60 % | 30 |
 * | 10 to 13 | 80 % | 40 |
 * | 14 and later | 100 % | 50 |
 *
 * Shares are rounded up, so that a limit of one is one from the first day on. A moment before linking counts as the first day.
 *
 * @example warmUpLimit(50, 3 * 24 * 60 * 60 * 1_000) // 15
 */
export function warmUpLimit(newChatsPerDay: number, sinceLinkedMs: number): number {
  const day = Math.max(0, Math.floor(sinceLinkedMs / dayMs));
  const percent = steps.find(([fromDay]) => day >= fromDay)?.[1] ?? 100;
  return Math.ceil((newChatsPerDay * percent) / 100);
}
