import { expect, it } from 'vitest';
import { runKills } from './kill-run.ts';

// The short form; `npm run test:delivery` makes the long one.
it('loses nothing when deliver workers are killed and a third of the calls fail', async () => {
  const result = await runKills({ events: 200, kills: 3 });
  expect(result).toMatchObject({ kills: 3, lost: 0, unverified: 0 });
  // A kill can catch one batch between the answer and its writing.
  expect(result.duplicates).toBeLessThanOrEqual(3 * 5);
}, 600_000);
