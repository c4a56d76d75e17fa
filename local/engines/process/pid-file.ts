import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 10;
const endMsMax = 5_000;

/**
 * Ends what an earlier run left behind: reads the pid in `file`, and when that process still runs `command`, kills it and waits for its end.
 * The command is compared because pids are reused.
 */
export async function endLeftover(file: string, command: string): Promise<void> {
  const pid = readPidFile(file);
  if (pid === undefined || !runsCommand(pid, command)) return;
  process.kill(pid, 'SIGKILL');
  const deadline = Date.now() + endMsMax;
  while (runsCommand(pid, command)) {
    if (Date.now() > deadline) throw new Error(`Process ${pid} of an earlier run (${command}) does not end.`);
    await delay(pollMs);
  }
}

export function writePidFile(file: string, pid: number): void {
  writeFileSync(file, `${pid}\n`);
}

export function removePidFile(file: string): void {
  rmSync(file, { force: true });
}

function readPidFile(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Linux only; elsewhere there is no /proc, nothing is killed, and a leftover shows itself as a locked data folder. */
function runsCommand(pid: number, command: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(command);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return false;
    throw error;
  }
}
