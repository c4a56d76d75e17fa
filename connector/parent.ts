import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { newId } from '../core/ids.ts';
import { createLogger } from './logger.ts';
import { childEnvironment } from './parent/child-environment.ts';
import { supervise } from './parent/supervise.ts';
import { findTaskIdentity } from './parent/task-identity.ts';

/** Larger young generations cost 200 MB in a process with many promises and gain nothing. */
const childNodeOptions = ['--max-semi-space-size=16'];

/**
 * The first process of the container: it does nothing but keep a connector alive. Both end together: the connector's channel to
 * this process closes when this one dies.
 */
const { workerId, generation } = await findTaskIdentity(process.env);
const logger = createLogger(process.env.LOG_LEVEL || 'info', { service: 'connector-parent', workerId });
let incarnation = '';

const supervisor = supervise({
  start: () => {
    incarnation = newId('inc');
    return startBeside('main');
  },
  onAway: async () => {
    const [code] = await once(startBeside('mark-dead'), 'exit');
    if (code !== 0) throw new Error(`It ended with code ${code}.`);
  },
  now: () => performance.now(),
  log: (fields, message) => logger.warn({ incarnation, ...fields }, message),
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => supervisor.stop(signal));
process.exitCode = await supervisor.finished;

/** From source a file is `.ts`, in the image `.mjs`; either way it lies beside this one. */
function startBeside(name: string): ChildProcess {
  return fork(join(import.meta.dirname, `${name}${extname(import.meta.filename)}`), {
    execArgv: childNodeOptions,
    env: {
      ...process.env,
      [childEnvironment.workerId]: workerId,
      [childEnvironment.incarnation]: incarnation,
      [childEnvironment.generation]: String(generation),
    },
  });
}
