import { isRefused } from './deadline.ts';

/** Waits for a conditional write: `false` when its condition refused it. */
export async function unlessRefused(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  }
}
