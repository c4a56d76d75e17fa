import { fork } from 'node:child_process';
import { extname, join } from 'node:path';
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
// From source both are `.ts`, in the image both are `.mjs`.
const main = join(import.meta.dirname, `main${extname(import.meta.filename)}`);

const supervisor = supervise({
  start: () =>
    fork(main, {
      execArgv: childNodeOptions,
      env: {
        ...process.env,
        [childEnvironment.workerId]: workerId,
        [childEnvironment.generation]: String(generation),
      },
    }),
  now: () => performance.now(),
  log: (fields, message) => logger.warn(fields, message),
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => supervisor.stop(signal));
process.exitCode = await supervisor.finished;
