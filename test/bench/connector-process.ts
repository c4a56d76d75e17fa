import { readdir, readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
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

const firstOnTheMachine = -10;

/** Puts every thread of the first worker's connector before the other processes; resolves to whether the system allowed it. */
export async function preferConnector(stack: Stack): Promise<boolean> {
  const [worker] = (await stack.control.status()).workers;
  const threads = await readdir(`/proc/${worker?.pid}/task`);
  try {
    for (const thread of threads) setPriority(Number(thread), firstOnTheMachine);
    return true;
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}

function isForbidden(error: unknown): boolean {
  const { info } = error as { readonly info?: { readonly code?: string } };
  return info?.code === 'EACCES' || info?.code === 'EPERM';
}
