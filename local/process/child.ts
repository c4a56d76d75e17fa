import { spawn } from 'node:child_process';
import { splitLines } from '../logging/split-lines.ts';
import type { Reaper } from './reaper.ts';

export interface ChildOptions {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  /** The whole environment; nothing of the runner's own is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly reaper: Reaper;
  onLine(line: string, stream: 'stdout' | 'stderr'): void;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  /** Resolves when the process and all that it started are gone. */
  readonly ended: Promise<ChildEnd>;
  /** SIGTERM to the process, and SIGKILL to its whole group when it has not ended in time. */
  stop(graceMs: number): Promise<ChildEnd>;
  /** Sends a signal to the process and all that it started; nothing when all have ended. */
  signalAll(signal: NodeJS.Signals): void;
}

/**
 * Starts a program as the leader of a process group of its own: Ctrl-C at the terminal does not reach it, and what it leaves behind can be ended.
 * Throws when the program cannot be started.
 *
 * @example const child = startChild({ command: process.execPath, arguments: ['main.mjs'], folder, environment, reaper, onLine });
 */
export function startChild(options: ChildOptions): Child {
  const spawned = spawn(options.command, options.arguments, {
    cwd: options.folder,
    env: { ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = spawned;
  // Without a pid nothing was started; the error event that follows says no more than this.
  spawned.once('error', () => undefined);
  if (pid === undefined) throw new Error(`${options.command} cannot be started in ${options.folder}.`);
  options.reaper.watch(pid);
  for (const name of ['stdout', 'stderr'] as const) {
    const lines = splitLines((line) => options.onLine(line, name));
    spawned[name].on('data', lines.push).on('end', lines.end);
  }
  const ended = new Promise<ChildEnd>((resolve) => {
    spawned.once('exit', (code, signal) => {
      killGroup(pid);
      options.reaper.release(pid);
      resolve({ code, signal });
    });
  });
  return {
    pid,
    ended,
    stop: async (graceMs) => {
      spawned.kill('SIGTERM');
      const force = setTimeout(() => killGroup(pid), graceMs);
      const end = await ended;
      clearTimeout(force);
      return end;
    },
    signalAll: (signal) => signalGroup(pid, signal),
  };
}

function killGroup(pid: number): void {
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // No such group: everybody in it has ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
