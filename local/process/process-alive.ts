import { readFileSync } from 'node:fs';

/** Whether a process with this id runs, whoever owns it. One that has ended and only waits for its parent to notice does not. */
export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return statFields(pid)?.[0] !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * When a process was started, in the kernel's ticks, to tell it from a later one with the same id. `undefined` where there is no `/proc`.
 *
 * @example processStartTicks(process.pid) // '241133'
 */
export function processStartTicks(pid: number): string | undefined {
  // Behind the command, which is in parentheses and may hold spaces, the start time is the 20th field.
  return statFields(pid)?.[19];
}

/** The process group, or `undefined` where there is no `/proc` or no such process. */
export function processGroup(pid: number): number | undefined {
  const group = statFields(pid)?.[2];
  return group === undefined ? undefined : Number(group);
}

function statFields(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
