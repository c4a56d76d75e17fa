import { join } from 'node:path';
import { bootStack } from './boot-stack.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { removeEndpoints, welcomeText, writeEndpoints } from './endpoints.ts';
import { type LogLine, openLog } from './logging/log.ts';
import type { RunnerOptions } from './options.ts';
import { startReaper } from './process/reaper.ts';
import { StopList } from './stop-list.ts';
import { UserError } from './user-error.ts';

/**
 * Boots the stack of a project and runs it until a signal comes; resolves to the exit code.
 *
 * States: `booting`, until everything is up; `running`; `stopping`, entered once by a signal, by a failed boot or by the end of something that the stack cannot be
 * without. After a failure the error is thrown when all has stopped. A second signal while stopping ends the process at once, and the reaper ends its children.
 */
export async function runStack(options: RunnerOptions, projectFolder: string): Promise<number> {
  const data = openDataFolder(options.dataFolder, { fresh: options.fresh });
  try {
    return await runWith(data, options, projectFolder);
  } finally {
    data.release();
  }
}

async function runWith(data: DataFolder, options: RunnerOptions, projectFolder: string): Promise<number> {
  const startedAt = performance.now();
  const endpointFolders = [data.folder, join(process.cwd(), '.wharf')];
  // Whoever waits for the file must not find that of a runner that was killed.
  removeEndpoints(endpointFolders);
  const log = openLog(options.logFile ?? join(data.folder, 'logs', 'wharf.log'), showLine);
  const reaper = startReaper();
  const stopList = new StopList();
  const stopping = new AbortController();
  const aborted = new Promise<unknown>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(stopping.signal.reason));
  });
  onSignal(() => stopping.abort(stoppedBySignal));
  try {
    const endpoints = await bootStack({
      ...{ options, projectFolder, data, log, reaper, stopList, onStep: showStep },
      signal: stopping.signal,
      onFatal: (message) => stopping.abort(new UserError(message)),
    });
    writeEndpoints(endpoints, endpointFolders);
    console.log(welcomeText(endpoints, (performance.now() - startedAt) / 1_000, data.folder));
    const reason = await aborted;
    if (reason !== stoppedBySignal) throw reason;
    return 0;
  } catch (error) {
    if (stopping.signal.reason === stoppedBySignal) return 0;
    throw stopping.signal.aborted ? stopping.signal.reason : error;
  } finally {
    removeEndpoints(endpointFolders);
    await stopList.stop((error) => console.error(`Something did not stop cleanly: ${String(error)}`));
    await reaper.stop();
    await log.close();
  }
}

const stoppedBySignal = Symbol('stopped by a signal');

/** Some parents pass on the signal that the terminal has already sent to the whole group. */
const repeatMs = 500;

/** The first signal stops, a later one forces. SIGHUP comes when the terminal is closed. */
function onSignal(stop: () => void): void {
  let askedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (askedAt !== undefined && performance.now() - askedAt > repeatMs) process.exit(130);
      if (askedAt !== undefined) return;
      askedAt = performance.now();
      if (signal === 'SIGINT') console.log('\nStopping; Ctrl-C again ends it at once.');
      stop();
    });
  }
}

function showStep(name: string, milliseconds: number): void {
  console.log(`  ${name.padEnd(20)}${Math.round(milliseconds).toString().padStart(6)} ms`);
}

/** Only trouble goes to the terminal; the rest is in the log file and on the control page. */
function showLine(line: LogLine): void {
  if (line.level !== 'error' && !(line.level === 'warn' && line.source === 'runner')) return;
  console.error(`${line.level} ${line.name ?? line.source}: ${line.message}`);
}
