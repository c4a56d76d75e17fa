import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from './user-error.ts';

/** What the command line asks for. */
export interface RunnerOptions {
  readonly workers: number;
  /** Minutes without a session that needs a connector, after which none runs; `undefined`: they always run. */
  readonly zeroAfterMinutes: number | undefined;
  readonly dataFolder: string;
  readonly fresh: boolean;
  /** 0 takes any free port. */
  readonly apiPort: number;
  readonly simulatorPort: number;
  readonly controlPort: number;
  /** Default: `logs/wharf.log` in the data folder. */
  readonly logFile: string | undefined;
}

export const helpText = `Runs the whole Wharf stack on this machine: API, functions, queues, tables, connectors and a simulated WhatsApp.

Usage: npm start -- [flags]

  --workers N           connector tasks (default 1)
  --zero-after MINUTES  stop all connectors when no session needed one for so long (default never)
  --data DIR            where everything is kept between runs (default .wharf/data)
  --fresh               empty that folder first
  --port N              port of the API (default 3000; 0 = any free port)
  --simulator-port N    port of the WhatsApp simulator (default 3001)
  --control-port N      port of the control page (default 3002)
  --log FILE            where the log goes (default logs/wharf.log in the data folder)
  --help                this text

Ctrl-C stops everything. The addresses are also written to .wharf/endpoints.json and into the data folder.
The engines speak the protocols of AWS; call them with the access key id "local", any secret and the region us-east-1.`;

const workersMax = 100;
const minutesMax = 9_999;

/**
 * Reads the command line; `undefined` when only the help text is wanted. Throws one clear sentence for an unknown flag or a bad value.
 *
 * @example readOptions(['--workers', '3'], process.cwd())?.workers // 3
 */
export function readOptions(args: readonly string[], currentFolder: string): RunnerOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  return {
    workers: wholeNumber('--workers', values.workers, workersMax),
    zeroAfterMinutes:
      values['zero-after'] === undefined ? undefined : wholeNumber('--zero-after', values['zero-after'], minutesMax),
    dataFolder: resolve(currentFolder, values.data),
    fresh: values.fresh,
    apiPort: wholeNumber('--port', values.port, 65_535),
    simulatorPort: wholeNumber('--simulator-port', values['simulator-port'], 65_535),
    controlPort: wholeNumber('--control-port', values['control-port'], 65_535),
    logFile: values.log === undefined ? undefined : resolve(currentFolder, values.log),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        workers: { type: 'string', default: '1' },
        'zero-after': { type: 'string' },
        data: { type: 'string', default: '.wharf/data' },
        fresh: { type: 'boolean', default: false },
        port: { type: 'string', default: '3000' },
        'simulator-port': { type: 'string', default: '3001' },
        'control-port': { type: 'string', default: '3002' },
        log: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new UserError(`${message.split('. ')[0]}; see npm start -- --help.`, { cause: error });
  }
}

function wholeNumber(flag: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= most) return number;
  throw new UserError(`${flag} wants a whole number from 0 to ${most}, not ${JSON.stringify(text)}.`);
}
