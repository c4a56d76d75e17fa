import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { processAlive, processStartTicks } from './process-alive.ts';

interface Holder {
  readonly pid: number;
  readonly startTicks?: string;
}

/**
 * Takes a lock that is a file with the holder's process id. A lock whose holder is gone is taken over. Returns the function that gives it back,
 * or the process id of the living holder.
 *
 * @example const lock = takePidLock('.wharf/data/runner.lock'); if ('heldBy' in lock) …
 */
export function takePidLock(file: string): { readonly release: () => void } | { readonly heldBy: number } {
  // Two attempts: between finding a dead holder's file and writing our own, another process may have come first.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (write(file)) return { release: () => rmSync(file, { force: true }) };
    const holder = read(file);
    if (holder !== undefined && isSameProcess(holder)) return { heldBy: holder.pid };
    rmSync(file, { force: true });
  }
  return { heldBy: read(file)?.pid ?? 0 };
}

function write(file: string): boolean {
  const holder: Holder = { pid: process.pid, ...startTicks(process.pid) };
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(holder));
  try {
    // A link appears with its content, so nobody reads a lock that is half written.
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** A file that cannot be read as a holder is none of ours and counts as left behind. */
function read(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder;
    return Number.isSafeInteger(holder.pid) && holder.pid > 0 ? holder : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Process ids are used again, after a reboot at the latest. */
function isSameProcess(holder: Holder): boolean {
  return processAlive(holder.pid) && holder.startTicks === startTicks(holder.pid).startTicks;
}

function startTicks(pid: number): { readonly startTicks?: string } {
  const ticks = processStartTicks(pid);
  return ticks === undefined ? {} : { startTicks: ticks };
}
