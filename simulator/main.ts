import { parseArgs } from 'node:util';
import { destination, pino } from 'pino';
import { StartError } from './start-error.ts';
import { startSimulator } from './start-simulator.ts';

const help = `A WhatsApp server for tests and local runs. Real Baileys clients connect to it; its phones are moved by a control API.

Usage: npm run simulator -- [flags]

  --port N     port for clients and for the control API (default 3001; 0 = any free port)
  --host H     address to listen on (default 127.0.0.1; the control API has no password)
  --data DIR   keep phones, links, sessions and queues there (default: in memory)
  --json       print one line of JSON instead of text: {"url", "controlUrl", "rootPublicKey"}
  --help       this text

LOG_LEVEL sets what goes to stderr (default warn).`;

/** Longer than a stop ever takes; afterwards the process is ended the hard way. */
const stopTimeoutMs = 5000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '3001' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new StartError(`"${values.port}" is no port number.`);
  const simulator = await startSimulator({
    host: values.host,
    port,
    ...(values.data === undefined ? {} : { dataFolder: values.data }),
    logger: pino({ name: 'simulator', level: process.env.LOG_LEVEL ?? 'warn' }, destination(2)),
  });
  const { url, controlUrl, rootPublicKeyBase64: rootPublicKey } = simulator;
  if (values.json) console.log(JSON.stringify({ url, controlUrl, rootPublicKey }));
  else console.log(`WhatsApp simulator\n  clients   ${url}\n  control   ${controlUrl}\n  root key  ${rootPublicKey}`);
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), stopTimeoutMs).unref();
    simulator.stop().catch((error: unknown) => {
      console.error(`The simulator did not stop cleanly: ${String(error)}`);
      process.exitCode = 1;
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch((error: unknown) => {
  const isExpected = error instanceof StartError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(isExpected ? (error as Error).message : error);
  process.exitCode = 1;
});
