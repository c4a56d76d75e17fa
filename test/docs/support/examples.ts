import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Language = 'node' | 'python' | 'php';

export const languages: readonly Language[] = ['node', 'python', 'php'];

export const examplesFolder = join(import.meta.dirname, '../../../docs/examples');

const commands: Record<Language, string> = { node: process.execPath, python: 'python3', php: 'php' };

/** Why a language's examples cannot run here, or undefined. Printed, because a test that was left out should be noticed. */
export function missing(language: Language): string | undefined {
  if (spawnSync(commands[language], ['--version']).status === 0) return undefined;
  const reason = `no ${commands[language]} on this machine: the ${language} examples are not run`;
  console.warn(reason);
  return reason;
}

/** `connect-page` is there in Node.js only, `handle-webhooks` in PHP only. */
export type Program =
  | 'connect-client'
  | 'connect-page'
  | 'send-message'
  | 'receive-webhooks'
  | 'handle-webhooks'
  | 'sales-assistant';

function fileOf(language: Language, program: Program): string {
  if (language === 'node') return `${program}.mjs`;
  return language === 'php' ? `${program}.php` : `${program.replaceAll('-', '_')}.py`;
}

/** A running example. */
export interface Example {
  readonly process: ChildProcess;
  output(): string;
  /** Ends it and returns its exit code once it is gone. */
  stop(): Promise<number | null>;
  exited(): Promise<number | null>;
}

export interface ExampleOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly programArguments?: readonly string[];
  readonly interpreterArguments?: readonly string[];
}

/** Starts an example as its head says, with nothing of Wharf in the environment but what is given. */
export function startExample(language: Language, program: Program, options: ExampleOptions = {}): Example {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('WHARF_') && name !== 'PORT');
  const child = spawn(
    commands[language],
    [
      ...(language === 'python' ? ['-B'] : []),
      ...(options.interpreterArguments ?? []),
      join(examplesFolder, language, fileOf(language, program)),
      ...(options.programArguments ?? []),
    ],
    { env: { ...Object.fromEntries(inherited), ...options.environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  // The last output may come after `exit`, never after `close`.
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exited = async () => {
    await closed;
    return child.exitCode;
  };
  return {
    process: child,
    output: () => output,
    exited,
    stop: () => {
      if (!hasExited()) child.kill('SIGTERM');
      return exited();
    },
  };
}

/** A port that was free a moment ago, for PHP's server, which does not tell which one it took. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'wharf-examples-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
