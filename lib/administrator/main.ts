import { runCommandLine } from './run-command-line.ts';

try {
  console.log(await runCommandLine(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
