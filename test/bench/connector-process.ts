import { readFile } from 'node:fs/promises';
import type { startStack } from '../e2e/support/local-stack.ts';

type Stack = Awaited<ReturnType<typeof startStack>>;

/** Resident memory of the first worker's connector process. */
export async function connectorMemoryMiB(stack: Stack): Promise<number> {
  const [worker] = (await stack.control.status()).workers;
  const status = await readFile(`/proc/${worker?.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

/** The 99th percentile of the last half minute to minute, as the worker's beat told it. */
export async function eventLoopDelayMs(stack: Stack): Promise<number> {
  const [worker] = (await stack.control.status()).workers;
  return worker?.eventLoopDelayP99Ms ?? Number.NaN;
}
