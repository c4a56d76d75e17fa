import { expect, it } from 'vitest';
import { shortForm } from '../kill/form.ts';
import { countRows, printResult } from '../kill/report.ts';
import { runKillTest } from '../kill/run-kill-test.ts';

/** The short form of `npm run test:kill`. */
it('loses nothing, repeats nothing on a phone and explains every 440 when its workers die, freeze and are replaced', async () => {
  const say = (line: string) => console.info(line);
  const seed = Number(process.env.KILL_SEED ?? 1);
  const result = await runKillTest(shortForm, seed, say);
  printResult(result, say);
  const failed = countRows(result).filter(({ mustBeZero, value }) => mustBeZero && value !== 0);
  expect(failed).toEqual([]);
}, 1_500_000);
