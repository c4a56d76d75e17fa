import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until `probe` gives something other than `undefined` or `false`, and gives that. Fails with `what` after `timeoutMs`,
 * a bound against hanging and not a claim about speed.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
  pollMs = 25,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`);
    await sleep(pollMs);
  }
}
