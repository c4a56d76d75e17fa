import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../logging/log.ts';
import { parseLine } from '../logging/parse-line.ts';
import { type Child, type ChildEnd, startChild } from '../process/child.ts';
import type { Reaper } from '../process/reaper.ts';
import { isJsonObject } from '../template/template.ts';
import { UserError } from '../user-error.ts';

/** The simulator itself takes at most five seconds to stop. */
const stopMs = 7_000;
/** A simulator whose runner was killed a moment ago may still hold the data folder. */
const attemptsMax = 20;
const retryMs = 100;

const program = join('simulator', 'main.ts');

export interface SimulatorProcess {
  /** Where WhatsApp clients connect, for example `ws://127.0.0.1:3001/ws/chat`. */
  readonly url: string;
  /** Its control API, for example `http://127.0.0.1:3001`. */
  readonly controlUrl: string;
  /** Base64 of 32 bytes. */
  readonly rootPublicKey: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  readonly projectFolder: string;
  readonly dataFolder: string;
  readonly port: number;
  readonly reaper: Reaper;
  readonly log: Log;
  /** Hears that the simulator ended although nobody stopped it. */
  onUnexpectedEnd(how: string): void;
}

/**
 * Starts the simulated WhatsApp as a process of its own and waits for the line in which it says where it listens. Throws its own sentence when it cannot start.
 *
 * @example const simulator = await startSimulator({ projectFolder, dataFolder, port: 3001, reaper, log, onUnexpectedEnd });
 */
export async function startSimulator(options: SimulatorOptions): Promise<SimulatorProcess> {
  if (!existsSync(join(options.projectFolder, program)))
    throw new UserError('The simulator is missing beside the runner.');
  for (let attempt = 1; ; attempt += 1) {
    const started = await tryStart(options);
    if ('announcement' in started) return running(options, started);
    const isHeld = /data folder .* in use/.test(started.lastError);
    if (!isHeld || attempt === attemptsMax) throw new UserError(startFailure(options.port, started));
    await delay(retryMs);
  }
}

interface Announced {
  readonly child: Child;
  readonly announcement: string;
}

interface Failed {
  readonly end: ChildEnd;
  readonly lastError: string;
}

async function tryStart(options: SimulatorOptions): Promise<Announced | Failed> {
  const { projectFolder, dataFolder, port, log } = options;
  let announce: (line: string) => void = () => undefined;
  let lastError = '';
  const announced = new Promise<string>((resolve) => {
    announce = resolve;
  });
  const child = startChild({
    command: process.execPath,
    arguments: [program, '--json', '--port', String(port), '--data', dataFolder],
    folder: projectFolder,
    environment: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', LOG_LEVEL: 'warn' },
    reaper: options.reaper,
    onLine: (line, stream) => {
      // The first line of output is for us, not for the log: it says where the simulator listens.
      if (stream === 'stdout') return announce(line);
      lastError = line;
      log.write({ source: 'simulator', ...parseLine(line, 'warn') });
    },
  });
  const first = await Promise.race([announced, child.ended]);
  return typeof first === 'string' ? { child, announcement: first } : { end: first, lastError };
}

function running(options: SimulatorOptions, { child, announcement }: Announced): SimulatorProcess {
  let stopping = false;
  void child.ended.then(({ code, signal }) => {
    if (!stopping) options.onUnexpectedEnd(signal ?? `exit code ${code}`);
  });
  return {
    ...readAnnouncement(announcement),
    pid: child.pid,
    stop: async () => {
      stopping = true;
      await child.stop(stopMs);
    },
  };
}

function startFailure(port: number, { lastError, end: { code, signal } }: Failed): string {
  // Its own sentence names its own flag.
  if (/^Port \d+ .*in use/.test(lastError))
    return `Port ${port} of the simulator is in use; choose another one with --simulator-port.`;
  return `The simulator did not start: ${lastError || (signal ?? `exit code ${code}`)}`;
}

function readAnnouncement(line: string): Pick<SimulatorProcess, 'url' | 'controlUrl' | 'rootPublicKey'> {
  const value: unknown = JSON.parse(line);
  if (isJsonObject(value)) {
    const { url, controlUrl, rootPublicKey } = value;
    if (typeof url === 'string' && typeof controlUrl === 'string' && typeof rootPublicKey === 'string') {
      return { url, controlUrl, rootPublicKey };
    }
  }
  throw new Error('The simulator did not say where it listens.');
}
