import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the answer is true (not undefined, null or false), or fails with what it was waiting for after `timeoutMs`,
 * a bound against hanging and not a claim about speed.
 */
export async function waitFor<T>(what: string, ask: () => T | Promise<T>, timeoutMs = 60_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await sleep(10);
  }
}
