import { join } from 'node:path';
import { runCommandLine } from './run-command-line.ts';

/** `npm start`. */
process.exitCode = await runCommandLine(process.argv.slice(2), join(import.meta.dirname, '..'));
// Nothing may keep a stopped runner alive: idle sockets of HTTP clients would do so for seconds.
process.exit();
