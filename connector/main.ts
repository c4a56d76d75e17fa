import { readConfiguration } from './configuration.ts';
import { createLogger, errorFields } from './logger.ts';
import { useSmallBufferPool } from './memory/small-buffer-pool.ts';
import { wrongConfigurationExitCode } from './parent/child-environment.ts';
import { silenceConsole } from './silent-console.ts';

/** Fargate kills after 120 s; what is not given back by then is found by its silence. */
const stopMs = 100_000;

/** Starts the connector of this process; ends with it. */
async function main(): Promise<void> {
  silenceConsole();
  useSmallBufferPool();
  const configuration = configurationOrExit();
  const logger = createLogger(configuration.logLevel, { service: 'connector', workerId: configuration.workerId });
  // A listener of Baileys that rejects must not take all sessions of the process with it.
  process.on('unhandledRejection', (error) => logger.error(errorFields(error), 'A rejection was not handled'));
  process.on('uncaughtException', (error) => {
    logger.error(errorFields(error), 'An exception was not caught; the process ends');
    process.exit(1);
  });
  // The parent is gone: nobody would pass signals on or start this process again.
  process.once('disconnect', () => process.exit(1));

  // Only now: Baileys and libsignal must find the console silent.
  const [{ startConnector }, { createClients }] = await Promise.all([
    import('./start-connector.ts'),
    import('./create-clients.ts'),
  ]);
  const clients = createClients(configuration.shardCount);
  const connector = await startConnector({
    configuration,
    clients,
    logger,
    now: Date.now,
    monotonicNow: () => performance.now(),
    random: Math.random,
    onFenced: (reason) => {
      logger.error({ reason }, 'Ownership is lost; the process ends');
      process.exit(1);
    },
  });
  logger.info({ incarnation: connector.incarnation, shards: configuration.shardCount }, 'Connector started');

  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    // A terminal sends the signal to parent and child, and the parent passes it on: once is enough.
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'Connector stops');
    setTimeout(() => process.exit(1), stopMs).unref();
    await connector.stop();
    clients.destroy();
    logger.info({}, 'Connector stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

function configurationOrExit() {
  try {
    return readConfiguration(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(wrongConfigurationExitCode);
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`The connector could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
