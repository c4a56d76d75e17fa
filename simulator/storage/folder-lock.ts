import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';

/** Takes a data folder for this process; two simulators on one journal would destroy it. A lock of a dead process is taken over. */
export function lockFolder(folder: string): { release(): void } {
  const file = join(folder, 'simulator.lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(readFileSync(file, 'utf8'));
      if (owner !== process.pid && isAlive(owner)) {
        throw new StartError(`The data folder ${folder} is in use by the simulator with process id ${owner}.`);
      }
      if (owner === process.pid) throw new StartError(`The data folder ${folder} is in use by this very process.`);
      rmSync(file, { force: true });
    }
  }
  throw new StartError(`The data folder ${folder} is being taken by another simulator.`);
}

function isAlive(processId: number): boolean {
  if (!Number.isSafeInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
