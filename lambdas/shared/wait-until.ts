export interface Pauses {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Often enough for a person who waits, seldom enough for the bill: a wait of 20 s costs about 130 small reads. */
const pollMs = 300;

/**
 * Looks again and again until there is something, or until the time is over; then gives undefined. Looks at least once.
 *
 * @example await waitUntil(() => readCode(), { milliseconds: 20_000, now: Date.now, sleep })
 */
export async function waitUntil<T>(
  look: () => Promise<T | undefined>,
  { milliseconds, now, sleep }: { readonly milliseconds: number } & Pauses,
): Promise<T | undefined> {
  const deadline = now() + milliseconds;
  for (;;) {
    const found = await look();
    const left = deadline - now();
    if (found !== undefined || left <= 0) return found;
    await sleep(Math.min(pollMs, left));
  }
}
