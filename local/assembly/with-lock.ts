import { setTimeout as delay } from 'node:timers/promises';
import { takePidLock } from '../process/pid-lock.ts';
import { UserError } from '../user-error.ts';

/** Bundling and synthesis take seconds; who waits longer than this waits for something that hangs. */
const waitMsMax = 120_000;
const pollMs = 50;

/** Runs `work` while holding a lock file, waiting for another runner that builds at the same time. */
export async function withLock(file: string, work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + waitMsMax;
  for (;;) {
    const lock = takePidLock(file);
    if ('release' in lock) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (Date.now() > deadline)
      throw new UserError(`Process ${lock.heldBy} has been building the assembly for too long.`);
    await delay(pollMs);
  }
}
