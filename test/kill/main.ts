import { parseArgs } from 'node:util';
import { fullForm, shortForm } from './form.ts';
import { printResult } from './report.ts';
import { runKillTest } from './run-kill-test.ts';

/** `npm run test:kill -- [--seed N] [--short]`: about a quarter of an hour, or about a minute. */
const { values } = parseArgs({ options: { seed: { type: 'string' }, short: { type: 'boolean', default: false } } });
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
if (!Number.isSafeInteger(seed) || seed < 0) throw new Error('--seed wants a whole number.');
// Leaving by the front door stops the stack too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const say = (line: string) => console.info(line);
say(`Seed ${seed}`);
const result = await runKillTest(values.short ? shortForm : fullForm, seed, say);
process.exit(printResult(result, say) ? 0 : 1);
