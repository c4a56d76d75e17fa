import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../support/wait-for.ts';
import { ControlClient } from './control-client.ts';
import { SimulatorClient } from './simulator-client.ts';

export interface StackOptions {
  readonly workers?: number;
  /** Reuse this folder (and leave it in place) instead of a fresh temporary one. */
  readonly dataFolder?: string;
  /** Further flags of `npm start`. */
  readonly flags?: readonly string[];
}

/** The whole product on this machine, started as a user starts it, on free ports. */
export interface LocalStack {
  readonly api: string;
  readonly simulator: SimulatorClient;
  readonly control: ControlClient;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  /** Milliseconds from the start of the process to the endpoints file. */
  readonly readyMs: number;
  /** Everything the runner printed so far. */
  output(): string;
  /** SIGTERM, then the exit code. */
  stop(): Promise<number | null>;
  /** Stops and removes the data folder. */
  dispose(): Promise<void>;
}

const projectFolder = join(import.meta.dirname, '../../..');

export async function startStack(options: StackOptions = {}): Promise<LocalStack> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'wharf-e2e-')));
  const endpointsFile = join(dataFolder, 'endpoints.json');
  await rm(endpointsFile, { force: true });
  const startedAt = performance.now();
  const ports = ['--port', '0', '--simulator-port', '0', '--control-port', '0'];
  const flags = [...ports, '--data', dataFolder, ...(options.flags ?? [])];
  const child = spawn(process.execPath, ['local/main.ts', ...flags, '--workers', String(options.workers ?? 1)], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test process that ends early must not leave a stack behind.
  process.once('exit', () => child.kill('SIGTERM'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const endpoints = await waitFor(
    'the runner to write its endpoints',
    async () => {
      if (child.exitCode !== null) throw new Error(`The runner exited with ${child.exitCode}:\n${output}`);
      return readEndpoints(endpointsFile);
    },
    120_000,
  );
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    return child.exitCode;
  };
  return {
    api: endpoints.api,
    simulator: new SimulatorClient(endpoints.simulator),
    control: new ControlClient(endpoints.control),
    dataFolder,
    process: child,
    readyMs: performance.now() - startedAt,
    output: () => output,
    stop,
    dispose: async () => {
      await stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

async function readEndpoints(file: string): Promise<Record<'api' | 'simulator' | 'control', string> | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // Not written yet, or half written: the caller asks again.
    return undefined;
  }
}
