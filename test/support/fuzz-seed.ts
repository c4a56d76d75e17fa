import { randomInt } from 'node:crypto';

/** The same at every run, so that a run fails for a change and not by luck. */
const fixedSeed = 20_261_122;

/**
 * The seed of tests that make their input. `FUZZ_SEED=random` looks for new input; a seed that a test printed, given as `FUZZ_SEED`, makes it again.
 *
 * @throws {Error} When `FUZZ_SEED` is neither a number nor `random`.
 * @example const seed = fuzzSeed(); // 20261122
 */
export function fuzzSeed(wanted: string | undefined = process.env.FUZZ_SEED): number {
  if (wanted === undefined) return fixedSeed;
  if (wanted === 'random') return randomInt(2 ** 31);
  if (!/^\d{1,10}$/.test(wanted)) throw new Error(`FUZZ_SEED is "random" or a number, not "${wanted}".`);
  return Number(wanted);
}
