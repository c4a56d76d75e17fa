import { setTimeout as sleep } from 'node:timers/promises';

/** A machine that was too slow for the traffic has a backlog; nothing new for so long means that nothing more will come. */
const silenceMsMax = 120_000;
/** A bound against hanging, and no claim about speed. */
const arriveMsMax = 1_800_000;
/** Looking is work for the same processors. */
const lookMs = 5_000;

/**
 * Resolves when all has arrived, or nothing arrives any more, to how long that took and what is still missing.
 *
 * @example const { waitedMs, missing } = await untilNoneMissing(() => sent.length - receiver.all.length);
 */
export async function untilNoneMissing(
  countMissing: () => number | Promise<number>,
): Promise<{ readonly waitedMs: number; readonly missing: number }> {
  const startedMs = Date.now();
  let missing = Number.POSITIVE_INFINITY;
  let progressMs = startedMs;
  for (;;) {
    const now = await countMissing();
    if (now < missing) progressMs = Date.now();
    missing = Math.min(missing, now);
    const waitedMs = Date.now() - startedMs;
    if (missing === 0 || Date.now() - progressMs > silenceMsMax || waitedMs > arriveMsMax) return { waitedMs, missing };
    await sleep(lookMs);
  }
}
